"""What colleagues write to each other about a conversation."""

from sqlalchemy import Column, Index, String, Text, UniqueConstraint, Uuid

from adapters.database.tables.base import owned, to
from adapters.database.types import Document, Moment

staff_note = owned(
    "staff_note",
    Column("id", Uuid, nullable=False),
    Column("conversation", Uuid, nullable=False),
    # Through which its author saw the conversation.
    Column("delivery", Uuid, nullable=False),
    Column("author", String, nullable=False),
    Column("body", Text, nullable=False),
    # The ids of the staff whom it is meant for.
    Column("mentions", Document, nullable=False),
    Column("idempotency_key", Text),
    Column("fingerprint", String, nullable=False),
    Column("noted_at", Moment, nullable=False),
    to("conversation", "conversation"),
    to("delivery", "delivery"),
    to("staff", "author"),
    UniqueConstraint("practice", "idempotency_key"),
    Index(None, "practice", "conversation", "noted_at"),
)
