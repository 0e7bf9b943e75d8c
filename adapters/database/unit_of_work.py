"""One transaction: its clock, its repositories, and what a lost database means to the caller."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, exc

from adapters.database.engine import server_of
from adapters.database.outage import Outage
from adapters.database.refusal import reason_of
from adapters.database.repositories.absences import AbsenceRepository
from adapters.database.repositories.audit import AuditRepository
from adapters.database.repositories.conversation_news import ConversationNewsRepository
from adapters.database.repositories.conversations import ConversationRepository
from adapters.database.repositories.coverage import CoverageRepository
from adapters.database.repositories.drafts import StaffDraftRepository
from adapters.database.repositories.email_choices import EmailChoiceRepository
from adapters.database.repositories.events import EventRepository
from adapters.database.repositories.inbox import InboxRepository
from adapters.database.repositories.keys import KeyRepository
from adapters.database.repositories.ladder_changes import LadderChangeRepository
from adapters.database.repositories.ladders import LadderRepository
from adapters.database.repositories.leavers import LeaverRepository
from adapters.database.repositories.messages import MessageRepository
from adapters.database.repositories.messaging import MessagingRepository
from adapters.database.repositories.notes import StaffNoteRepository
from adapters.database.repositories.notices import StaffNoticeRepository
from adapters.database.repositories.notifications import NotificationRepository
from adapters.database.repositories.operations import OperationsRepository
from adapters.database.repositories.password_links import PasswordLinkRepository
from adapters.database.repositories.portal_links import PortalLinkRepository
from adapters.database.repositories.portal_lists import PortalListRepository
from adapters.database.repositories.practices import PracticeRepository
from adapters.database.repositories.quarantine import QuarantineRepository
from adapters.database.repositories.quick_texts import QuickTextRepository
from adapters.database.repositories.reconciliation import ReconciliationRepository
from adapters.database.repositories.relay import RelayRepository
from adapters.database.repositories.replies import ReplyRepository
from adapters.database.repositories.reply_words import ReplyWordRepository
from adapters.database.repositories.reports import ReportRepository
from adapters.database.repositories.roster import RosterRepository
from adapters.database.repositories.roster_imports import RosterImportRepository
from adapters.database.repositories.routing import RoutingRepository
from adapters.database.repositories.search_words import SearchWordRepository
from adapters.database.repositories.sessions import SessionRepository
from adapters.database.repositories.sign_ins import SignInRepository
from adapters.database.repositories.snoozes import SnoozeRepository
from adapters.database.repositories.topics import CorrectionRepository
from adapters.database.repositories.trace import TraceRepository
from adapters.database.repositories.undo import UndoRepository
from adapters.database.repositories.urgency import UrgencyRepository
from adapters.database.transaction import Ahead, Memory, Transaction
from adapters.database.trouble import Trouble, trouble_of
from router.errors import UnavailableError, UnknownOutcomeError


class UnitOfWork:
    """The repositories over one connection; see router.ports.unit_of_work.UnitOfWork."""

    def __init__(self, connection: Connection, ahead: Ahead, memory: Memory, outage: Outage) -> None:
        session = self._transaction = Transaction(connection, ahead, memory)
        self._connection = connection
        self._outage = outage
        self.practices = PracticeRepository(session)
        self.roster = RosterRepository(session)
        self.roster_imports = RosterImportRepository(session)
        self.absences = AbsenceRepository(session)
        self.coverage = CoverageRepository(session)
        self.messaging = MessagingRepository(session)
        self.messages = MessageRepository(session)
        self.routing = RoutingRepository(session)
        self.ladders = LadderRepository(session)
        self.ladder_changes = LadderChangeRepository(session)
        self.leavers = LeaverRepository(session)
        self.inbox = InboxRepository(session)
        self.conversations = ConversationRepository(session)
        self.portal_lists = PortalListRepository(session)
        self.replies = ReplyRepository(session)
        self.drafts = StaffDraftRepository(session)
        self.conversation_news = ConversationNewsRepository(session)
        self.search_words = SearchWordRepository(session)
        self.reply_words = ReplyWordRepository(session)
        self.notes = StaffNoteRepository(session)
        self.snoozes = SnoozeRepository(session)
        self.quick_texts = QuickTextRepository(session)
        self.undo = UndoRepository(session)
        self.urgency = UrgencyRepository(session)
        self.corrections = CorrectionRepository(session)
        self.traces = TraceRepository(session)
        self.events = EventRepository(session)
        self.notifications = NotificationRepository(session)
        self.email_choices = EmailChoiceRepository(session)
        self.notices = StaffNoticeRepository(session)
        self.relay = RelayRepository(session)
        self.operations = OperationsRepository(session)
        self.reconciliation = ReconciliationRepository(session)
        self.keys = KeyRepository(session)
        self.sign_ins = SignInRepository(session)
        self.sessions = SessionRepository(session)
        self.portal_links = PortalLinkRepository(session)
        self.password_links = PasswordLinkRepository(session)
        self.quarantine = QuarantineRepository(session)
        self.reports = ReportRepository(session)
        self.audit = AuditRepository(session)

    def now(self) -> datetime:
        """The time of this transaction: that of the moment when it was first asked for."""
        return self._transaction.now()

    def commit(self) -> None:
        """Store everything. Raises UnknownOutcomeError if the connection is lost while committing."""
        try:
            self._transaction.flush()
            self._connection.commit()
        except exc.DBAPIError as error:
            if error.connection_invalidated and trouble_of(error) is Trouble.AWAY:
                raise UnknownOutcomeError("The connection was lost while committing.") from error
            raise
        if self._transaction.writes:
            self._outage.stored()

    def end(self) -> None:
        """End a transaction in which nothing was written as one that wrote is ended.

        At a rollback the driver forgets which statements it has prepared, and the server how it executes them.
        """
        if not self._transaction.writes:
            # Nothing depends on it; the pool replaces a connection that is lost.
            with suppress(exc.DBAPIError):
                self._connection.commit()


ALONE = {"isolation_level": "AUTOCOMMIT"}
STILL = {"isolation_level": "REPEATABLE READ"}


class Database:
    """Opens units of work on an engine. Caches are shared by all of its units on one server."""

    def __init__(self, engine: Engine, ahead: Ahead = timedelta, outage: Outage | None = None) -> None:
        self.engine = engine
        self.outage = outage or Outage()
        # On PostgreSQL each statement sees what is committed when it begins, in a transaction or not; without one there
        # is nothing to begin and to end. On SQLite a reader keeps to one moment as it is.
        alone, still = ({}, {}) if engine.dialect.name == "sqlite" else (ALONE, STILL)
        self._reader = engine.execution_options(only_reads=True, **alone)
        self._still_reader = engine.execution_options(only_reads=True, **still)
        self._ahead = ahead
        # With the server of which it holds what was read.
        self._remembered = "", Memory()

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
        """A transaction that only reads, everything as of one moment."""
        with self._open(self._still_reader) as work:
            yield work

    def _memory_of(self, connection: Connection) -> Memory:
        """What was read over connections to the same server.

        Caches are keyed by versions, which a standby can take back that had not received the last ones when it was
        promoted: it gives the same version to something else then.
        """
        server, (known, memory) = server_of(connection), self._remembered
        if server != known:
            memory = Memory()
            self._remembered = server, memory
        return memory

    @contextmanager
    def _open(self, engine: Engine) -> Iterator[UnitOfWork]:
        try:
            with engine.connect() as connection:
                work = UnitOfWork(connection, self._ahead, self._memory_of(connection), self.outage)
                yield work
                work.end()
        except exc.TimeoutError as error:
            raise UnavailableError("No database connection is free.") from error
        except exc.DBAPIError as error:
            trouble = trouble_of(error)
            if trouble is None:
                raise
            self.outage.failed(trouble, error)
            raise UnavailableError(f"The database can't be used now: {reason_of(error)}.") from error
        self.outage.answered()
