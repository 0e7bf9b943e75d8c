"""Waiting for a database that isn't there yet or isn't migrated: start order does not matter."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, sleep

from sqlalchemy import Engine, exc

from adapters.database import schema, session
from adapters.database.refusal import is_refusal, reason_of
from adapters.database.trial import try_to_store
from adapters.database.unit_of_work import Database
from config.errors import NotReadyError

WAIT_SECONDS = 60
# A rejection rarely goes away by itself; the short wait is for a server that is just being set up.
REFUSED_SECONDS = 5
PAUSE_SECONDS = 1
AWAY = "the database can't be reached"
REFUSES = "the database refuses the connection"
NARROW = "it can't store every text; make one with UTF8"
FOREIGN = "the database belongs to another application"
READ_ONLY = "the database is read-only: a standby, or default_transaction_read_only"
STORES_NOTHING = "the database stores nothing; the log says why"
SHARED = "the database is behind transaction pooling, which is not supported: use session pooling"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Missing:
    """What keeps this code from working on the database, and the server's reason if there is one."""

    text: str
    reason: str = ""
    is_refusal: bool = False

    @property
    def line(self) -> str:
        """The full text, for operators."""
        return f"{self.text}: {self.reason}" if self.reason else self.text


def wait_for_schema(engine: Engine, say: Say, seconds: float = WAIT_SECONDS) -> None:
    """Return once the database has everything that this code needs, saying what is waited for.

    Raises NotReadyError when it hasn't within this time.
    """
    _wait(lambda: _find_missing(engine), say, seconds)


def wait_for_database(engine: Engine, say: Say, seconds: float = WAIT_SECONDS) -> None:
    """Return once the database answers, in whatever state it is. Raises NotReadyError when it doesn't in time."""
    _wait(lambda: _find_revision(engine)[1], say, seconds)


def migrate_own(engine: Engine) -> None:
    """Migrate the embedded database. Raises NotReadyError if its file can't be used."""
    try:
        schema.migrate(engine)
        foreign = schema.is_foreign(engine, schema.current_revision(engine))
    except exc.DatabaseError as error:
        raise NotReadyError(f"the database can't be used: {reason_of(error)}") from None
    if foreign:
        raise NotReadyError(FOREIGN)


def check_safety(engine: Engine, say: Say, *, allow_unsafe: bool) -> None:
    """Check that committed messages are safe in the database.

    Raises NotReadyError if a pooler shares sessions, or if a crash of the server's machine can lose commits. With
    `allow_unsafe` the latter is only logged.
    """
    try:
        shared, unsafe = session.shares_sessions(engine), session.find_unsafe_settings(engine)
        narrow = session.find_narrow_encoding(engine)
    except exc.SQLAlchemyError as error:
        raise NotReadyError(f"{AWAY}: {reason_of(error)}") from None
    if shared:
        raise NotReadyError(SHARED)
    if narrow:
        say(f"the database's encoding is {narrow}: {NARROW}")
    if unsafe:
        lost = f"a crash of the database's machine can lose accepted messages: {' and '.join(unsafe)} off"
        if not allow_unsafe:
            raise NotReadyError(f"{lost}; turn it on, or set ALLOW_UNSAFE_DATABASE=1")
        say(lost)


def find_missing(database: Database) -> str | None:
    """What keeps this code from storing messages, without the server's reason; None if nothing does.

    Processes start on a database that is read-only or full, and wait for the end of it.
    """
    missing = _find_missing(database.engine)
    if missing is not None:
        return missing.text
    try:
        reads = session.is_read_only(database.engine)
    except exc.SQLAlchemyError:
        return AWAY
    if reads:
        return READ_ONLY
    try_to_store(database.engine, database.outage)
    return STORES_NOTHING if database.outage.stores_nothing else None


def _find_missing(engine: Engine) -> _Missing | None:
    current, away = _find_revision(engine)
    if away or not schema.is_behind(current):
        return away or _find_foreign(engine, current)
    return _Missing(
        f"the database is at revision {current or 'none'}, not {schema.newest_revision()}: careroute migrate"
    )


def _find_foreign(engine: Engine, revision: str | None) -> _Missing | None:
    try:
        return _Missing(FOREIGN, is_refusal=True) if schema.is_foreign(engine, revision) else None
    except exc.SQLAlchemyError as error:
        return _Missing(AWAY, reason_of(error))


def _find_revision(engine: Engine) -> tuple[str | None, _Missing | None]:
    """The revision, or what is wrong instead."""
    try:
        return schema.current_revision(engine), None
    except exc.SQLAlchemyError as error:
        refuses = is_refusal(error)
        return None, _Missing(REFUSES if refuses else AWAY, reason_of(error), refuses)


def _wait(find: Callable[[], _Missing | None], say: Say, seconds: float) -> None:
    begun, said = monotonic(), ""
    while (missing := find()) is not None:
        patience = min(seconds, REFUSED_SECONDS) if missing.is_refusal else seconds
        if monotonic() - begun > patience:
            raise NotReadyError(missing.line)
        if missing.line != said:
            say(f"{missing.line}; waiting up to {patience:g} s")
            said = missing.line
        sleep(PAUSE_SECONDS)
