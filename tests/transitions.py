"""Watches that no UPDATE sets a state without asking from which states it may start."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event

FORGES = "forges"
# As adapters.database.transitions.is_in has it.
ASKED = re.compile(r"state \|\| ''\) IN \('")
UPDATE = re.compile(r"update (message|delivery|notification) set (.*?)(?= where |$)( where .*)?", re.IGNORECASE)
STATE = re.compile(r"\bstate\s*=")


def unguarded(statement: str) -> list[str]:
    """The tables whose `state` this statement sets without saying from which states."""
    # Most statements: of those, no more is looked at.
    if "set " not in statement.lower():
        return []
    parts = re.split(r"(?i)(?=\bupdate (?:message|delivery|notification) set )", " ".join(statement.split()))
    return [
        found[1]
        for part in parts
        if (found := UPDATE.match(part)) and STATE.search(found[2]) and not ASKED.search(found[3] or "")
    ]


def watch(engine: Engine) -> None:
    """Fail whatever goes past the tables of transitions on this engine."""

    @event.listens_for(engine, "before_cursor_execute")
    def check(
        connection: Connection,
        _cursor: object,
        statement: str,
        _parameters: object,
        _context: object,
        _many: bool,  # noqa: FBT001 - as SQLAlchemy has it.
    ) -> None:
        if not connection.get_execution_options().get(FORGES):
            assert not unguarded(statement), f"sets a state past its table of transitions: {statement}"


@contextmanager
def forging(engine: Engine) -> Iterator[Connection]:
    """A transaction that may set any state, as somebody with a database shell may."""
    with engine.execution_options(**{FORGES: True}).begin() as connection:
        yield connection
