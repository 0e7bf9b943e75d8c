"""What the repositories of one unit of work share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, Select, Table, func, select, type_coerce
from sqlalchemy.dialects import postgresql, sqlite

from adapters.database import bulk
from adapters.database.cache import RecentCache, VersionedCache
from adapters.database.engine import note_written
from adapters.database.types import Moment
from router.messaging.settings import MessagingSettings
from router.practice.availability import Staffing
from router.practice.people import Patient, Practice, Site

# By how much the time of a transaction is ahead of the database's clock: for tests, which let days go by.
Ahead = Callable[[], timedelta]
CLOCK_OF_SQLITE = type_coerce(func.strftime("%Y-%m-%d %H:%M:%f000", "now"), Moment).label("clock")
CLOCK_OF_POSTGRESQL = type_coerce(func.clock_timestamp(), Moment).label("clock")
# A patient who looks at the form, writes and comes back for the answer is read once.
PATIENTS_KEPT = 10_000


@cache
def _time(clock: ColumnElement[datetime]) -> Select[datetime]:
    """Made once: every transaction that writes asks for it."""
    return select(clock)


@dataclass(frozen=True, slots=True)
class Memory:
    """The caches of one process."""

    staffing: VersionedCache[Staffing] = field(default_factory=VersionedCache)
    sites: VersionedCache[Mapping[str, Site]] = field(default_factory=VersionedCache)
    distributions: VersionedCache[MessagingSettings] = field(default_factory=VersionedCache)
    patients: RecentCache[tuple[str, int, str], Patient] = field(default_factory=lambda: RecentCache(PATIENTS_KEPT))


@dataclass(slots=True)
class Transaction:
    """A connection within a transaction, its time, what is still to be written, and the caches.

    The clock is the database's, so that workers whose clocks are off agree all the same. It is asked once, by whoever
    first wants to know: many transactions don't.

    What is inserted or changed waits until anything else is asked of the connection, or the transaction commits: what
    is written in a row, by whichever repositories, goes to the server as one statement.

    `held` and `relay_paused` are what a claim asked along: the practices that no other transaction changes before this
    one ends, and whether the relay is left alone.

    `changing` holds the practices whose roster or settings this transaction changes: what it reads of them may never be
    committed, so it stays out of the caches.
    """

    opened: Connection
    ahead: Ahead
    memory: Memory
    changing: set[str] = field(default_factory=set)
    held: dict[str, Practice] = field(init=False, default_factory=dict)
    relay_paused: bool | None = field(init=False, default=None)
    _waiting: list[bulk.Write] = field(init=False, default_factory=list)
    _now: datetime | None = field(init=False, default=None)

    @property
    def connection(self) -> Connection:
        """The connection, with everything written that was asked for before."""
        self.flush()
        return self.opened

    @property
    def now(self) -> datetime:
        """The time of this transaction."""
        # Not a functools.cached_property: until Python 3.12 it lets one thread of the process ask at a time, and the
        # one that asks may wait for the very lock that another one holds.
        return self._now or self.note_time(self.opened.execute(_time(self.clock)).scalar_one())

    @property
    def clock(self) -> ColumnElement[datetime]:
        """The database's clock, for who asks it along with something else."""
        return CLOCK_OF_SQLITE if self.is_sqlite else CLOCK_OF_POSTGRESQL

    def note_time(self, told: datetime) -> datetime:
        """Take what the clock told, unless it was asked before; returns the time of this transaction."""
        if self._now is None:
            self._now = told + self.ahead()
        return self._now

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is SQLite, which lacks row locks and needs none: its writers take turns."""
        return self.opened.dialect.name == "sqlite"

    def insert(
        self,
        table: Table,
        rows: bulk.Rows,
        columns: Mapping[str, str] | None = None,
        lists: tuple[str, ...] = (),
        /,
        **shared: object,
    ) -> None:
        """Insert rows that have the same columns, besides those that all of them `share`.

        Rows that are written to several tables travel once; `columns` says which of their values each column takes.
        Those that differ in little travel as one, with `lists` of what they differ in.
        """
        self._write(bulk.Write(table, rows, shared, columns=columns, lists=lists))

    def change(self, table: Table, keys: tuple[str, ...], rows: bulk.Rows, **shared: object) -> None:
        """Give the rows with these keys the other values that stand beside them, and those that all `share`."""
        self._write(bulk.Write(table, rows, shared, keys))

    def _write(self, one: bulk.Write) -> None:
        if not one.rows:
            return
        if any(one.table is other.table and (one.keys or other.keys) for other in self._waiting):
            # The parts of one statement don't see what the others do.
            self.flush()
        self._waiting.append(one)

    def flush(self) -> None:
        """Write what waits. Raises what the database says to it."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            bulk.write(self.opened, waiting)
            note_written(self.opened, sum(one.count for one in waiting))

    def insert_missing(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Insert rows unless there are rows with the same primary key."""
        statement = sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)
        self._write_each(statement.on_conflict_do_nothing(), rows)

    def upsert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Insert rows or replace those with the same primary key."""
        if not rows:
            return
        statement = sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)
        keys = [column.name for column in table.primary_key]
        changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        self._write_each(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)

    def _write_each(self, statement: Insert, rows: list[dict[str, Any]]) -> None:
        self.connection.execute(statement, rows)
        note_written(self.opened, len(rows))
