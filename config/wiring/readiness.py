"""Waiting for a database that isn't there yet or isn't migrated: start order does not matter."""

from collections.abc import Callable
from time import monotonic, sleep

from sqlalchemy import Engine, exc

from adapters.database import schema

WAIT_SECONDS = 60
PAUSE_SECONDS = 1


class NotReadyError(Exception):
    """The database did not become usable in time; the text is one line."""


def wait_for_schema(engine: Engine, say: Callable[[str], None], seconds: float = WAIT_SECONDS) -> None:
    """Return once the database is at the newest schema, saying what is waited for.

    Raises NotReadyError when it isn't within this time.
    """
    deadline, said = monotonic() + seconds, ""
    while (missing := _missing(engine)) is not None:
        if monotonic() > deadline:
            raise NotReadyError(missing)
        if missing != said:
            say(f"{missing}; waiting up to {seconds:g} s")
            said = missing
        sleep(PAUSE_SECONDS)


def _missing(engine: Engine) -> str | None:
    try:
        current = schema.current_revision(engine)
    except exc.SQLAlchemyError:
        return "the database can't be reached"
    if current == schema.newest_revision():
        return None
    return f"the database is at revision {current or 'none'}, not {schema.newest_revision()}: careroute migrate"
