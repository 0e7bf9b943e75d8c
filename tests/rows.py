"""How many rows come into the process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event


@contextmanager
def rows_fetched(engine: Engine) -> Iterator[list[int]]:
    """How many rows each statement returned or wrote meanwhile; -1 for queries on SQLite, which doesn't say."""
    counts: list[int] = []

    def count(_connection: Connection, cursor: Any, *_: object) -> None:  # noqa: ANN401 - a driver's cursor.
        counts.append(cursor.rowcount)

    event.listen(engine, "after_cursor_execute", count)
    yield counts
    event.remove(engine, "after_cursor_execute", count)
