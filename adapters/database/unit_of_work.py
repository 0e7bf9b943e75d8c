"""One transaction: its clock, its repositories, and what a lost database means to the caller."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, exc

from adapters.database.absences import AbsenceRepository
from adapters.database.answers import AnswerRepository
from adapters.database.audit import AuditRepository
from adapters.database.conversations import ConversationRepository
from adapters.database.deliveries import DeliveryRepository
from adapters.database.distributions import DistributionRepository
from adapters.database.events import EventRepository
from adapters.database.keys import KeyRepository
from adapters.database.links import LinkRepository
from adapters.database.messages import MessageRepository
from adapters.database.notifications import NotificationRepository
from adapters.database.operations import OperationsRepository
from adapters.database.oversight import OversightRepository
from adapters.database.password_links import PasswordLinkRepository
from adapters.database.practices import PracticeRepository
from adapters.database.quarantine import QuarantineRepository
from adapters.database.reconciliation import ReconciliationRepository
from adapters.database.rosters import RosterRepository
from adapters.database.routing import RoutingRepository
from adapters.database.session import Ahead, Memory, Session
from adapters.database.sessions import SessionRepository
from adapters.database.sign_ins import SignInRepository
from adapters.database.traces import TraceRepository
from router.errors import UnavailableError, UnknownOutcomeError


class UnitOfWork:
    """The repositories over one connection; see router.ports.UnitOfWork."""

    def __init__(self, connection: Connection, ahead: Ahead, memory: Memory) -> None:
        session = self._session = Session(connection, ahead, memory)
        self._connection = connection
        self.practices = PracticeRepository(session)
        self.rosters = RosterRepository(session)
        self.absences = AbsenceRepository(session)
        self.distributions = DistributionRepository(session)
        self.messages = MessageRepository(session)
        self.routing = RoutingRepository(session)
        self.inboxes = DeliveryRepository(session)
        self.conversations = ConversationRepository(session)
        self.answers = AnswerRepository(session)
        self.traces = TraceRepository(session)
        self.events = EventRepository(session)
        self.notifications = NotificationRepository(session)
        self.operations = OperationsRepository(session)
        self.reconciliation = ReconciliationRepository(session)
        self.keys = KeyRepository(session)
        self.sign_ins = SignInRepository(session)
        self.sessions = SessionRepository(session)
        self.links = LinkRepository(session)
        self.password_links = PasswordLinkRepository(session)
        self.quarantine = QuarantineRepository(session)
        self.oversight = OversightRepository(session)
        self.audit = AuditRepository(session)

    @property
    def now(self) -> datetime:
        """The time of this transaction: that of the moment when it was first asked for."""
        return self._session.now

    def commit(self) -> None:
        """Store everything. Raises UnknownOutcomeError when the connection is lost meanwhile."""
        try:
            self._session.flush()
            self._connection.commit()
        except exc.DBAPIError as error:
            if error.connection_invalidated:
                raise UnknownOutcomeError("The connection was lost while committing.") from error
            raise


ALONE = {"isolation_level": "AUTOCOMMIT"}
STILL = {"isolation_level": "REPEATABLE READ"}


class Database:
    """Opens units of work on an engine. Caches are shared by all of its units."""

    def __init__(self, engine: Engine, ahead: Ahead = timedelta) -> None:
        self.engine = engine
        # On PostgreSQL each statement sees what is committed when it begins, in a transaction or not; without one there
        # is nothing to begin and to end. On SQLite a reader keeps to one moment as it is.
        alone, still = ({}, {}) if engine.dialect.name == "sqlite" else (ALONE, STILL)
        self._reader = engine.execution_options(only_reads=True, **alone)
        self._still_reader = engine.execution_options(only_reads=True, **still)
        self._ahead = ahead
        self._memory = Memory()

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """A transaction that writes; rolled back unless it is committed."""
        with self._open(self.engine) as work:
            yield work

    @contextmanager
    def look(self) -> Iterator[UnitOfWork]:
        """Reading only: on SQLite it waits for no writer."""
        with self._open(self._reader) as work:
            yield work

    @contextmanager
    def snapshot(self) -> Iterator[UnitOfWork]:
        """Reading only, everything as of one moment."""
        with self._open(self._still_reader) as work:
            yield work

    @contextmanager
    def _open(self, engine: Engine) -> Iterator[UnitOfWork]:
        try:
            with engine.connect() as connection:
                yield UnitOfWork(connection, self._ahead, self._memory)
        except exc.TimeoutError as error:
            raise UnavailableError("No database connection is free.") from error
        except exc.DBAPIError as error:
            if _is_lost(error):
                raise UnavailableError("The database can't be reached or can't store anything.") from error
            raise


# What SQLite says when the file can't be read or written now; told apart by its words, as its errors share one class.
SQLITE_UNAVAILABLE = ("disk is full", "disk I/O error", "unable to open", "database is locked", "readonly database")


def _is_lost(error: exc.DBAPIError) -> bool:
    if error.connection_invalidated or isinstance(error, exc.InterfaceError):
        return True
    if not isinstance(error, exc.OperationalError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    # Class 08: connection; 53: insufficient resources; 57P: shut down by an operator; 55P03: somebody holds a lock for
    # too long; none: it never connected.
    if error.orig.__class__.__module__.startswith("psycopg"):
        return state is None or state.startswith(("08", "53", "57P", "55P03"))
    return any(said in str(error.orig) for said in SQLITE_UNAVAILABLE)
