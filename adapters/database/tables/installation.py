"""Tables about keys, the record of acts, and the installation itself: its workers and its mail relay."""

from sqlalchemy import Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, String, Table, Text, Uuid

from adapters.database.tables.base import metadata, owned, to_practice
from adapters.database.types import Document, Moment

api_key = Table(
    "api_key",
    metadata,
    Column("practice", String, nullable=False),
    Column("id", String, nullable=False, unique=True),
    Column("digest", String, nullable=False),
    Column("scopes", Document, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    PrimaryKeyConstraint("practice", "id"),
    ForeignKeyConstraint(["practice"], ["practice.id"]),
)

# Append-only: triggers of the first migration refuse updates and deletes.
audit = Table(
    "audit",
    metadata,
    Column("practice", String, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor_kind", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", Document, nullable=False),
    PrimaryKeyConstraint("practice", "id"),
)

relay = Table(
    "relay",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("paused_until", Moment, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("answer", Text, nullable=False),
)

# What the relay refused, perhaps for its own reasons, since it last took an email. The address is a digest.
relay_refusal = owned(
    "relay_refusal",
    Column("address", String, nullable=False),
    Column("domain", String, nullable=False),
    Column("answer", Text, nullable=False),
    Column("refused_at", Moment, nullable=False),
    to_practice(),
    key=("address",),
)

worker = Table(
    "worker",
    metadata,
    Column("id", String, primary_key=True),
    Column("queues", Text, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

# Of the process that started last.
secret_in_use = Table(
    "secret_in_use",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("fingerprint", String, nullable=False),
    Column("since", Moment, nullable=False),
)
