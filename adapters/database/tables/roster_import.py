"""Rosters that come in pieces, kept until they have been applied, and what there is to say of their source."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Text, Uuid

from adapters.database.tables.base import owned, to, to_practice
from adapters.database.types import Document, Moment

roster_import = owned(
    "roster_import",
    Column("id", Uuid, nullable=False),
    Column("state", String, nullable=False),
    # The command that began it applies it, and no worker does.
    Column("by_hand", Boolean, nullable=False),
    Column("leased_until", Moment),
    Column("touched_at", Moment, nullable=False),
    Column("document", Document, nullable=False),
    to_practice(),
)

# Short-lived: they are deleted when the import has been applied.
roster_import_record = owned(
    "roster_import_record",
    Column("roster_import", Uuid, nullable=False),
    Column("kind", String, nullable=False),
    Column("id", String, nullable=False),
    Column("part", Integer, nullable=False),
    # What the source says; null where it says nothing of it.
    Column("active", Boolean),
    Column("named", Boolean, nullable=False),
    Column("held_back", Boolean, nullable=False),
    Column("document", Document, nullable=False),
    to("roster_import", "roster_import"),
    key=("roster_import", "kind", "id"),
)

roster_import_finding = owned(
    "roster_import_finding",
    Column("roster_import", Uuid, nullable=False),
    # 0 holds what was found while the import was applied.
    Column("part", Integer, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("level", String, nullable=False),
    Column("type", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("line", BigInteger),
    to("roster_import", "roster_import"),
    Index(None, "practice", "roster_import", "urgency", "part", "number"),
    key=("roster_import", "part", "number"),
)
