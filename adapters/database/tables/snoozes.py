"""Deliveries that staff have put off."""

from sqlalchemy import Column, Index, String, Uuid

from adapters.database.tables.base import owned, to
from adapters.database.types import Moment

# Of a delivery that is read: in every other state it counts for nothing.
snooze = owned(
    "snooze",
    Column("delivery", Uuid, nullable=False),
    # Whose delivery it is.
    Column("staff", String, nullable=False),
    Column("until", Moment, nullable=False),
    to("delivery", "delivery"),
    Index(None, "practice", "staff", "until"),
    key=("delivery",),
)
