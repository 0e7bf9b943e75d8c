"""The database's own explanation of why it can't be used, for operators. Never shown to callers of the API."""

from sqlalchemy import exc

# libpq writes this before the message of the server or the operating system.
FAILED = "failed: "
# Temporary: the server is starting, stopping, or has too many clients.
PASSING = (
    "the database system is",
    "too many",
    "remaining connection slots",
    "server login failed",
    "no more connections",
)
FATAL = "FATAL:"
# SQLSTATE (PostgreSQL, appendix A): protocol violation, invalid authorization, invalid database, access denied.
FINAL_STATES = ("08P01", "28", "3D", "42")


def reason_of(error: exc.SQLAlchemyError) -> str:
    """The reason in one line. It can name the database, the role and the host, but never a password or a row."""
    orig = getattr(error, "orig", None)
    diagnosed = getattr(getattr(orig, "diag", None), "message_primary", None)
    if diagnosed:
        return str(diagnosed)
    said = [line.strip() for line in str(orig or type(error).__name__).splitlines() if line.strip()]
    line = next((line for line in said if FAILED in line), said[0])
    return line.rpartition(FAILED)[2].removeprefix(FATAL).strip()


def is_refusal(error: exc.SQLAlchemyError) -> bool:
    """Whether the server rejected the connection for a lasting reason: password, role, database, parameter."""
    orig = getattr(error, "orig", None)
    state = getattr(orig, "sqlstate", None)
    if state:
        return bool(state.startswith(FINAL_STATES))
    said = str(orig)
    return FATAL in said and not any(passing in said for passing in PASSING)
