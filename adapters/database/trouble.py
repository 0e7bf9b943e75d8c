"""Which errors mean that the database can't do its work now, so that nothing that was asked of it is to blame."""

from enum import Enum, auto

from sqlalchemy import exc

# A server or a session that only reads.
READ_ONLY = "25006"


class Trouble(Enum):
    """What keeps the database from its work. The same statement can succeed later."""

    # It can't be reached, is starting or stopping, or has no connection left.
    AWAY = auto()
    # It answers, but stores nothing until somebody helps.
    STORES_NOTHING = auto()
    # It stores nothing in some table until somebody helps; others may be as ever.
    FORBIDDEN = auto()
    # Another transaction came first, or somebody cancelled the statement.
    INTERRUPTED = auto()


# How the SQLSTATE begins (PostgreSQL, appendix A), read from the top.
STATES = (
    # A standby, or a server whose provider protects a disk that is nearly full.
    (READ_ONLY, Trouble.STORES_NOTHING),
    # A permission was revoked.
    ("42501", Trouble.FORBIDDEN),
    # The disk is full.
    ("53100", Trouble.STORES_NOTHING),
    # Reading or writing a file failed.
    ("58", Trouble.STORES_NOTHING),
    # The connection.
    ("08", Trouble.AWAY),
    # Memory or connections are used up.
    ("53", Trouble.AWAY),
    # Stopped or cut by an operator, or still starting.
    ("57P", Trouble.AWAY),
    # Deadlocks and serialization failures.
    ("40", Trouble.INTERRUPTED),
    # Somebody holds a lock for too long.
    ("55P03", Trouble.INTERRUPTED),
    # Cancelled, by a person or by a time limit.
    ("57014", Trouble.INTERRUPTED),
)
# SQLite's errors share one class; only their words differ.
SQLITE_WORDS = (
    ("disk is full", Trouble.STORES_NOTHING),
    ("disk I/O error", Trouble.STORES_NOTHING),
    ("readonly database", Trouble.STORES_NOTHING),
    ("unable to open", Trouble.AWAY),
    ("database is locked", Trouble.INTERRUPTED),
)


def trouble_of(error: exc.DBAPIError) -> Trouble | None:
    """The trouble that the error is a sign of; None if the statement itself is to blame."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        found = next((trouble for begins, trouble in STATES if state.startswith(begins)), None)
    else:
        found = next((trouble for words, trouble in SQLITE_WORDS if words in str(error.orig)), None)
    return found or (Trouble.AWAY if _never_answered(error) else None)


def _never_answered(error: exc.DBAPIError) -> bool:
    """Whether the connection is gone, or was never made."""
    if error.connection_invalidated or isinstance(error, exc.InterfaceError):
        return True
    is_psycopg = error.orig.__class__.__module__.startswith("psycopg")
    return is_psycopg and isinstance(error, exc.OperationalError) and getattr(error.orig, "sqlstate", None) is None
