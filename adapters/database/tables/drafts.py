"""Drafts of staff."""

from sqlalchemy import Column, Index, String, Text, Uuid

from adapters.database.tables.base import owned, to
from adapters.database.types import Moment

# The author is the person whose delivery it is.
staff_draft = owned(
    "staff_draft",
    Column("delivery", Uuid, nullable=False),
    Column("kind", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("saved_at", Moment, nullable=False),
    to("delivery", "delivery"),
    Index(None, "saved_at"),
    key=("delivery", "kind"),
)
