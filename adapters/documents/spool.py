"""A private database of one import for what its source holds in another order than it is needed.

It lies in an unnamed file that SQLite deletes when it is opened, so that nothing of it outlives the process.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

# Pages of memory that it may take; what is more goes to the disk.
CACHE_KIB = 16_384
AT_ONCE = 500

Values = Sequence[Any]


class Spool:
    """Tables on disk, in the order in which their rows came."""

    def __init__(self, *tables: str) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        for setting in (f"cache_size=-{CACHE_KIB}", "journal_mode=off", "synchronous=off", "temp_store=file"):
            self._connection.execute(f"pragma {setting}")
        # Nothing is ever rolled back or seen by others: one transaction from beginning to end costs least.
        self._connection.execute("begin")
        for table in tables:
            self._connection.execute(table)

    def write(self, statement: str, values: Values = ()) -> int:
        """Execute a statement; returns how many rows it changed."""
        return self._connection.execute(statement, values).rowcount

    def write_many(self, statement: str, rows: Iterable[Values]) -> None:
        """Execute a statement for each of these."""
        self._connection.executemany(statement, rows)

    def one(self, query: str, values: Values = ()) -> Any:  # noqa: ANN401 - whatever the columns hold.
        """The first row of a query; None where there is none."""
        return self._connection.execute(query, values).fetchone()

    def all(self, query: str, values: Values = ()) -> list[Any]:
        """All rows of a query that finds few."""
        return self._connection.execute(query, values).fetchall()

    def each(self, query: str, values: Values = ()) -> Iterator[Any]:
        """The rows of a query by ascending number, which is its first column, however many there are.

        The query ends in a condition that takes the last number. Others may read and write meanwhile.
        """
        last = -1
        while rows := self.all(f"{query} > ? order by 1 limit {AT_ONCE}", (*values, last)):
            yield from rows
            last = rows[-1][0]
