"""Emails: which are due, which were sent, and what the mail server said."""

from sqlalchemy import Column, Index, Integer, String, Text, UniqueConstraint, Uuid, text

from adapters.database.tables.base import owned, to
from adapters.database.types import Moment

PARKED = text("state = 'parked'")
IN_FLIGHT = text("state in ('due', 'leased')")

notification = owned(
    "notification",
    Column("id", Uuid, nullable=False),
    Column("delivery", Uuid, nullable=False),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String),
    Column("due_at", Moment, nullable=False),
    Column("token", Uuid),
    Column("deferrals", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    to("delivery", "delivery"),
    UniqueConstraint("practice", "delivery"),
    Index("ix_notification_due", "due_at", postgresql_where=IN_FLIGHT, sqlite_where=IN_FLIGHT),
    Index("ix_notification_token", "token", postgresql_where=IN_FLIGHT, sqlite_where=IN_FLIGHT),
    Index("ix_notification_parked", "practice", "id", postgresql_where=PARKED, sqlite_where=PARKED),
)

attempt = owned(
    "attempt",
    Column("notification", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("outcome", String, nullable=False),
    Column("code", Integer),
    Column("answer", Text, nullable=False),
    to("notification", "notification"),
    key=("notification", "number"),
)
