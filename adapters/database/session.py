"""What the repositories of one unit of work share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from adapters.database import bulk
from adapters.database.cache import VersionedCache
from router.availability import Staffing
from router.distribution import Distribution
from router.people import Site


@dataclass(frozen=True, slots=True)
class Memory:
    """The caches of one process."""

    staffing: VersionedCache[Staffing] = field(default_factory=VersionedCache)
    sites: VersionedCache[Mapping[str, Site]] = field(default_factory=VersionedCache)
    distributions: VersionedCache[Distribution] = field(default_factory=VersionedCache)


@dataclass(slots=True)
class Session:
    """A connection within a transaction, its time, and the caches.

    `changing` holds the practices whose roster or settings this transaction changes: what it reads of them may never be
    committed, so it stays out of the caches.
    """

    connection: Connection
    now: datetime
    memory: Memory
    changing: set[str] = field(default_factory=set)

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
