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
    """Return once the database has everything that this code needs, saying what is waited for.

    Raises NotReadyError when it hasn't within this time.
    """
    _wait(lambda: find_missing(engine), say, seconds)


def wait_for_database(engine: Engine, say: Callable[[str], None], seconds: float = WAIT_SECONDS) -> None:
    """Return once the database answers, in whatever state it is. Raises NotReadyError when it doesn't in time."""
    _wait(lambda: _find_revision(engine)[1], say, seconds)


def find_missing(engine: Engine) -> str | None:
    """What keeps this code from working on the database, in words; None when nothing does."""
    current, away = _find_revision(engine)
    if away or not schema.is_behind(current):
        return away
    return f"the database is at revision {current or 'none'}, not {schema.newest_revision()}: careroute migrate"


def _find_revision(engine: Engine) -> tuple[str | None, str | None]:
    """The revision, or what is wrong instead."""
    try:
        return schema.current_revision(engine), None
    except exc.SQLAlchemyError:
        return None, "the database can't be reached"


def _wait(missing: Callable[[], str | None], say: Callable[[str], None], seconds: float) -> None:
    deadline, said = monotonic() + seconds, ""
    while (problem := missing()) is not None:
        if monotonic() > deadline:
            raise NotReadyError(problem)
        if problem != said:
            say(f"{problem}; waiting up to {seconds:g} s")
            said = problem
        sleep(PAUSE_SECONDS)
