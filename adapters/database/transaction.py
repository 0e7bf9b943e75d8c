"""What the repositories of one unit of work share."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, TypeVarTuple, overload

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    Executable,
    Insert,
    Select,
    Table,
    func,
    select,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.selectable import TypedReturnsRows

from adapters.database import bulk, replacement, transitions
from adapters.database.cache import RecentCache, VersionedCache
from adapters.database.engine import note_written
from adapters.database.floors import Floor, Floors
from adapters.database.types import Moment
from router.coverage.patient_counts import PatientCounts
from router.messaging.settings import MessagingSettings
from router.practice.availability import Staffing
from router.practice.people import Patient, Site

Columns = TypeVarTuple("Columns")
AnyResult = CursorResult[*tuple[Any, ...]]
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]
# By how much the time of a transaction is ahead of the database's clock: for tests, which let days go by.
Ahead = Callable[[], timedelta]
CLOCK_OF_SQLITE = type_coerce(func.strftime("%Y-%m-%d %H:%M:%f000", "now"), Moment).label("clock")
CLOCK_OF_POSTGRESQL = type_coerce(func.clock_timestamp(), Moment).label("clock")
# A patient who looks at the form, writes and comes back for the answer is read once.
PATIENTS_KEPT = 10_000
COUNTS_KEPT = 200

# The practice, its roster's version, by site or not, who is inactive and which sites are visible.
CountsKey = tuple[str, int, bool, tuple[str, ...], tuple[str, ...]]


def clock_of(*, is_sqlite: bool) -> ColumnElement[datetime]:
    """The clock of this kind of database."""
    return CLOCK_OF_SQLITE if is_sqlite else CLOCK_OF_POSTGRESQL


@cache
def _time(*, is_sqlite: bool) -> Select[datetime]:
    """Cached, since every transaction that writes needs it."""
    return select(clock_of(is_sqlite=is_sqlite))


@dataclass(frozen=True, slots=True)
class Memory:
    """The caches of one process, and from where on it looks for what waits."""

    staffing: VersionedCache[Staffing] = field(default_factory=VersionedCache)
    sites: VersionedCache[Mapping[str, Site]] = field(default_factory=VersionedCache)
    distributions: VersionedCache[MessagingSettings] = field(default_factory=VersionedCache)
    floors: Floors = field(default_factory=Floors)
    patients: RecentCache[tuple[str, int, str], Patient] = field(default_factory=lambda: RecentCache(PATIENTS_KEPT))
    patient_counts: RecentCache[CountsKey, PatientCounts] = field(default_factory=lambda: RecentCache(COUNTS_KEPT))


@dataclass(slots=True)
class Transaction:
    """A connection within a transaction, its time, what is still to be written, and the caches.

    What is inserted or changed waits until something is executed, or the transaction commits: what is written in a
    row, by whichever repositories, goes to the server as one statement.

    `changing` holds the practices whose roster or settings this transaction changes: what it reads of them may never be
    committed, so it stays out of the caches.
    """

    opened: Connection
    ahead: Ahead
    memory: Memory
    changing: set[str] = field(default_factory=set)
    # Whether any row may have been written.
    writes: bool = field(init=False, default=False)
    _waiting: list[bulk.Write] = field(init=False, default_factory=list)
    _now: datetime | None = field(init=False, default=None)

    @overload
    def execute(
        self, statement: TypedReturnsRows[*Columns], parameters: Parameters | None = None
    ) -> CursorResult[*Columns]: ...

    @overload
    def execute(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> CursorResult[*tuple[Any, ...]]: ...

    def execute(self, statement: Executable, parameters: Parameters | None = None) -> CursorResult[*tuple[Any, ...]]:
        """Execute a statement after everything that waited to be written."""
        self.flush()
        # A text may write what it finds.
        self.writes = self.writes or statement.is_dml or statement.is_text
        return self.opened.execute(statement, parameters)

    def now(self) -> datetime:
        """The time of this transaction: the database's clock, asked when it is first called.

        The clock is the database's, so that workers whose clocks are off agree all the same; many transactions never
        ask for it.
        """
        # Not a functools.cache: until Python 3.12 it lets one thread of the process ask at a time, and the one that
        # asks may wait for the very lock that another one holds.
        return self._now or self.note_time(self.opened.execute(_time(is_sqlite=self.is_sqlite)).scalar_one())

    def unshifted_now(self) -> datetime:
        """The same without what tests add: floors must not rise above moments that are still to come."""
        return self.now() - self.ahead()

    def begins_at(self, floor: Floor) -> datetime | None:
        """With which moment to begin to look for what waits."""
        return None if floor.begins is None else floor.begins + min(self.ahead(), timedelta())

    @property
    def clock(self) -> ColumnElement[datetime]:
        """The database's clock, for statements that read it along with something else."""
        return clock_of(is_sqlite=self.is_sqlite)

    def note_time(self, told: datetime) -> datetime:
        """Take what the clock told, unless it was asked before; returns the time of this transaction."""
        if self._now is None:
            self._now = told + self.ahead()
        return self._now

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is SQLite, which lacks row locks and needs none: its writers take turns."""
        return self.opened.dialect.name == "sqlite"

    def one_of(self, column: Column[Any], values: Collection[Any]) -> ColumnElement[bool]:
        """Whether the column has one of these values."""
        return bulk.one_of(column, values, is_sqlite=self.is_sqlite)

    def new_in(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insert that may say what happens to rows that are there already: each database has a class of its own."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def insert(self, table: Table, rows: bulk.Rows, /, **shared: object) -> None:
        """Insert rows that have the same columns, besides those that all of them `share`."""
        self._write(bulk.Write(rows, (bulk.Target(table, shared),)))

    def insert_alike(self, targets: tuple[bulk.Target, ...], rows: bulk.Rows, lists: tuple[str, ...]) -> None:
        """Insert rows into each of the targets; those that differ in little travel as one, with `lists` of that."""
        self._write(bulk.Write(rows, targets, lists=lists))

    def advance(self, table: Table, states: Iterable[StrEnum], rows: bulk.Rows, /, **shared: object) -> None:
        """Give the rows with these ids the other values that stand beside them, and those that all `share`.

        Their `state` becomes one of these. Writing raises IllegalTransitionError unless all of them may become each.
        """
        sources = transitions.sources(table, states)
        self._write(bulk.Write(rows, (bulk.Target(table, shared),), ("practice", "id"), sources))

    def _write(self, added: bulk.Write) -> None:
        if not added.rows:
            return
        if any(_meet(added, waiting) for waiting in self._waiting):
            # The parts of one statement don't see what the others do.
            self.flush()
        self._waiting.append(added)

    def flush(self) -> None:
        """Flush the pending writes. Raises the database's errors."""
        if self._waiting:
            self.writes = True
            waiting, self._waiting = self._waiting, []
            bulk.write(self.opened, waiting)
            note_written(self.opened, sum(one.count * len(one.targets) for one in waiting))

    def insert_missing(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Insert rows unless there are rows with the same primary key."""
        if not rows:
            return
        statement = self.new_in(table)
        self._write_each(statement.on_conflict_do_nothing(), _in_order(table, rows))

    def upsert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Insert rows or replace those with the same primary key."""
        if not rows:
            return
        statement = self.new_in(table)
        keys = [column.name for column in table.primary_key]
        changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        self._write_each(statement.on_conflict_do_update(index_elements=keys, set_=changed), _in_order(table, rows))

    def upsert_many(self, table: Table, rows: bulk.Rows) -> None:
        """As `upsert`, for more rows than a few: they travel together."""
        if rows:
            self.flush()
            self.writes = True
            replacement.replace(self.opened, table, rows)
            note_written(self.opened, len(rows))

    def delete_many(self, table: Table, rows: bulk.Rows) -> None:
        """Delete the rows that have these values, which travel together."""
        if rows:
            self.flush()
            self.writes = True
            replacement.delete(self.opened, table, rows)
            note_written(self.opened, len(rows))

    def _write_each(self, statement: Insert, rows: list[dict[str, Any]]) -> None:
        self.execute(statement, rows)
        note_written(self.opened, len(rows))


def _in_order(table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By their keys: two transactions that write some of the same rows wait for each other in one direction only."""
    return sorted(rows, key=lambda row: tuple(row[column.name] for column in table.primary_key))


def _meet(one: bulk.Write, other: bulk.Write) -> bool:
    """Whether two writes can't be one statement, where only one may change rows, and others than it inserts."""
    tables = {target.table for target in one.targets}.intersection(target.table for target in other.targets)
    return bool((one.keys and other.keys) or (tables and (one.keys or other.keys)))
