"""Replies and hand-overs of staff, read marks of the patient's side, and events for frontends."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Text, UniqueConstraint, Uuid, text

from adapters.database.tables.base import owned, to, unique_where
from adapters.database.types import Document, Moment

NUMBERED = text("number is not null")
UNNUMBERED = text("number is null")

reply = owned(
    "reply",
    Column("id", Uuid, nullable=False),
    Column("conversation", Uuid, nullable=False),
    Column("delivery", Uuid, nullable=False),
    Column("author", String, nullable=False),
    Column("shown_as", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("idempotency_key", Text),
    Column("fingerprint", String, nullable=False),
    Column("replied_at", Moment, nullable=False),
    to("conversation", "conversation"),
    to("delivery", "delivery"),
    to("staff", "author"),
    UniqueConstraint("practice", "idempotency_key"),
    Index(None, "practice", "conversation", "replied_at"),
)

# How a message came to somebody besides the cascade: forwarded, or moved when an absence began.
hand_over = owned(
    "hand_over",
    Column("id", Uuid, nullable=False),
    Column("message", Uuid, nullable=False),
    Column("giver", String, nullable=False),
    Column("taker", String, nullable=False),
    Column("kind", String, nullable=False),
    # What holds in place of `kind`, where that is a word which the release before can read.
    Column("because", String),
    Column("note", Text),
    Column("whole_conversation", Boolean, nullable=False),
    Column("idempotency_key", Text),
    Column("fingerprint", String),
    Column("handed_at", Moment, nullable=False),
    Column("taken_back_at", Moment),
    # Whether the taker was mentioned in a note; null like false.
    Column("mention", Boolean),
    to("message", "message"),
    to("staff", "giver"),
    to("staff", "taker"),
    UniqueConstraint("practice", "idempotency_key"),
    Index(None, "practice", "message"),
)

# Up to when somebody on the patient's side has read a conversation; the reader of the patient is empty.
read_mark = owned(
    "read_mark",
    Column("conversation", Uuid, nullable=False),
    Column("reader", String, nullable=False),
    Column("read_at", Moment, nullable=False),
    to("conversation", "conversation"),
    key=("conversation", "reader"),
)

# Events get their number when they are first read, so that numbers have no gaps and no order of commits is lost.
event = owned(
    "event",
    Column("id", Uuid, nullable=False),
    Column("number", Integer),
    Column("at", Moment, nullable=False),
    Column("kind", String, nullable=False),
    Column("patient", String, nullable=False),
    Column("conversation", Uuid, nullable=False),
    Column("message", Uuid),
    # What happened, where `kind` is a word that the release before can read.
    Column("more", Document),
    to("conversation", "conversation"),
    *unique_where(NUMBERED, "practice", "number"),
    Index("ix_event_unnumbered", "practice", "at", "id", postgresql_where=UNNUMBERED, sqlite_where=UNNUMBERED),
)
