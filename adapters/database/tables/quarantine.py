"""What came over the broker and could not be taken: the one table whose rows may belong to no known practice."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    Uuid,
)

from adapters.database.tables.base import metadata, to, to_practice
from adapters.database.types import Document, Moment

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Uuid, nullable=False),
    # Unknown where no valid key came with it.
    Column("practice", String),
    # What came is known by its digest, so that it is kept once however often the broker hands it out.
    Column("digest", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("wrong", Document, nullable=False),
    Column("fields", Document, nullable=False),
    Column("size", BigInteger, nullable=False),
    # Without the API key; gone once the message is accepted after all.
    Column("body", LargeBinary),
    Column("received_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("message", Uuid),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("digest"),
    to_practice(),
    to("message", "message"),
    Index(None, "practice", "id"),
    Index(None, "received_at"),
)
