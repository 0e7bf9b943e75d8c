"""The last act on a delivery that can be taken back for a minute."""

from sqlalchemy import Column, Index, String, Uuid

from adapters.database.tables.base import owned, to
from adapters.database.types import Document, Moment

undoable = owned(
    "undoable",
    Column("delivery", Uuid, nullable=False),
    Column("act", String, nullable=False),
    Column("at", Moment, nullable=False),
    # What it changed: the conversation's owner, and states of deliveries, before and after.
    Column("changed", Document, nullable=False),
    to("delivery", "delivery"),
    Index(None, "at"),
    key=("delivery",),
)
