"""Emails: which are due, which were sent, and what the mail server said."""

from sqlalchemy import Column, Index, Integer, String, Text, UniqueConstraint, Uuid, text

from adapters.database.tables.base import owned, to, unique_where
from adapters.database.types import Moment

PARKED = text("state = 'parked'")
HELD = text("token is not null")
OF_REPLY = text("reply is not null")
IN_FLIGHT = text("state in ('due', 'leased')")

notification = owned(
    "notification",
    Column("id", Uuid, nullable=False),
    # About a delivery to staff, whose id it has unless it is older; about a reply to one reader of the patient's side
    # (empty: the patient); or about neither, where a password link names it.
    Column("delivery", Uuid),
    Column("reply", Uuid),
    Column("reader", String),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String),
    Column("due_at", Moment, nullable=False),
    Column("token", Uuid),
    Column("deferrals", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    # If it was merged: the notification whose email also covers this one.
    Column("carrier", Uuid),
    to("delivery", "delivery"),
    to("reply", "reply"),
    UniqueConstraint("practice", "delivery"),
    *unique_where(OF_REPLY, "practice", "reply", "reader"),
    Index("ix_notification_due", "due_at", postgresql_where=IN_FLIGHT, sqlite_where=IN_FLIGHT),
    Index("ix_notification_held", "token", postgresql_where=HELD, sqlite_where=HELD),
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
    # What was sent lately is counted. On PostgreSQL the index costs next to nothing, as rows come in the order of time.
    Index(None, "at", postgresql_using="brin", postgresql_with={"autosummarize": "on"}),
    key=("notification", "number"),
)
