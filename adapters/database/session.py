"""What the repositories of one unit of work share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from adapters.database import bulk
from adapters.database.cache import RecentCache, VersionedCache
from router.availability import Staffing
from router.distribution import Distribution
from router.people import Patient, Site

Clock = Callable[[Connection], datetime]
# A patient who looks at the form, writes and comes back for the answer is read once.
PATIENTS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Memory:
    """The caches of one process."""

    staffing: VersionedCache[Staffing] = field(default_factory=VersionedCache)
    sites: VersionedCache[Mapping[str, Site]] = field(default_factory=VersionedCache)
    distributions: VersionedCache[Distribution] = field(default_factory=VersionedCache)
    patients: RecentCache[tuple[str, int, str], Patient] = field(default_factory=lambda: RecentCache(PATIENTS_KEPT))


@dataclass(slots=True)
class Session:
    """A connection within a transaction, its time, and the caches.

    The clock is asked once, by whoever first wants to know: many transactions don't.

    `changing` holds the practices whose roster or settings this transaction changes: what it reads of them may never be
    committed, so it stays out of the caches.
    """

    connection: Connection
    clock: Clock
    memory: Memory
    changing: set[str] = field(default_factory=set)
    _now: datetime | None = field(init=False, default=None)

    @property
    def now(self) -> datetime:
        """The time of this transaction."""
        # Not a functools.cached_property: until Python 3.12 it lets one thread of the process ask at a time, and the
        # one that asks may wait for the very lock that another one holds.
        if self._now is None:
            self._now = self.clock(self.connection)
        return self._now

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is SQLite, which lacks row locks and needs none: its writers take turns."""
        return self.connection.dialect.name == "sqlite"

    def insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Insert rows in bulk; no rows, no statement."""
        bulk.insert(self.connection, table, rows)

    def insert_missing(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Insert rows unless there are rows with the same primary key."""
        statement = sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)
        self.connection.execute(statement.on_conflict_do_nothing(), rows)

    def upsert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Insert rows or replace those with the same primary key."""
        if not rows:
            return
        statement = sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)
        keys = [column.name for column in table.primary_key]
        changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        self.connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)
