"""Texts that staff insert into replies."""

from sqlalchemy import Column, Index, String, Text, Uuid

from adapters.database.tables.base import owned, to
from adapters.database.types import Moment

quick_text = owned(
    "quick_text",
    Column("id", Uuid, nullable=False),
    # Null: the practice's.
    Column("owner", String),
    # Null: for every topic.
    Column("topic", String),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("saved_at", Moment, nullable=False),
    to("staff", "owner"),
    Index(None, "practice", "owner"),
)
