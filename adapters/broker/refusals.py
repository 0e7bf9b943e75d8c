"""Why Redis does nothing, in words for operators, which quote nothing of what it was sent."""

import re
from collections.abc import Iterator

import redis

# By the code that an error begins with; redis-py keeps it apart for those that it knows.
REASONS = {
    "DENIED": "it is in protected mode, which refuses other machines: set a password",
    "LOADING": "it is loading its data",
    "MISCONF": "it can't save its snapshot, and refuses writes: look at its disk and its log",
    "NOAUTH": "it needs a password",
    "NOPERM": "its user lacks a permission",
    "OOM": "it is full: raise maxmemory, or see what fills it",
    "READONLY": "it is a read-only replica",
    "WRONGPASS": "the user name or the password is wrong",
    "WRONGTYPE": "another application uses the same keys: set another QUEUE_PREFIX",
}
PHRASES = {
    "ACL failure in script": "its user lacks a permission",
    "unknown command": "a command is renamed or disabled",
    "DB index is out of range": "it has no database of the number in BROKER_URL",
    "max number of clients": "it has no connection left: raise maxclients",
}
# The name of a command, which is Careroute's own word, as servers quote it.
COMMAND = re.compile(r"(?:unknown command|run the) ['`]([A-Za-z]{1,20})['`,]")


def reason_of(error: BaseException) -> str | None:
    """The reason for the error, or for one that it was raised from; None if it isn't Redis that refuses."""
    for cause in _causes(error):
        if isinstance(cause, redis.RedisError):
            return _reason(cause)
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        # limits keeps what it wraps in an attribute.
        error = getattr(error, "storage_error", None) or error.__cause__


def _reason(error: redis.RedisError) -> str | None:
    said = str(error)
    code = getattr(error, "status_code", None) or said.partition(" ")[0].lstrip("-")
    reason = REASONS.get(code) or next((reason for phrase, reason in PHRASES.items() if phrase in said), None)
    command = COMMAND.search(said)
    return f"{reason} ({command[1].upper()})" if reason and command else reason
