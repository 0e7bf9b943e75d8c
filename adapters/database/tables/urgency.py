"""What became of the priority and the topic of messages, and which phrases marked them."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Text, Uuid

from adapters.database.tables.base import owned, to, to_practice
from adapters.database.types import Moment

priority_change = owned(
    "priority_change",
    Column("message", Uuid, nullable=False),
    # From 1.
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("priority", String, nullable=False),
    # `patient`, `red_flag` or `staff`; `undo` where staff took back a change.
    Column("cause", String, nullable=False),
    Column("staff", String),
    Column("red_flag_group", String),
    # Why staff lowered it.
    Column("reason", String),
    to("message", "message"),
    to("staff", "staff"),
    key=("message", "number"),
)

# A phrase of the practice that marked a message, and whether staff then lowered it.
red_flag_mark = owned(
    "red_flag_mark",
    Column("message", Uuid, nullable=False),
    Column("red_flag_group", String, nullable=False),
    Column("phrase", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("lowered", Boolean, nullable=False),
    to("message", "message"),
    Index(None, "practice", "at"),
    key=("message", "red_flag_group", "phrase"),
)

# How often the practice has tried phrases out on one of its days.
red_flag_trial = owned(
    "red_flag_trial",
    # YYYY-MM-DD.
    Column("day", String, nullable=False),
    Column("count", Integer, nullable=False),
    to_practice(),
    key=("day",),
)

topic_change = owned(
    "topic_change",
    Column("conversation", Uuid, nullable=False),
    # From 1.
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("patient", String, nullable=False),
    Column("topic_before", String, nullable=False),
    Column("topic_after", String, nullable=False),
    # What the patient reads in To: since then.
    Column("to", Text, nullable=False),
    Column("staff", String, nullable=False),
    # The message through which it was corrected, which is the first that new holders see.
    Column("message", Uuid, nullable=False),
    Column("note", Text),
    to("conversation", "conversation"),
    to("message", "message"),
    to("staff", "staff"),
    Index(None, "practice", "patient", "topic_before"),
    key=("conversation", "number"),
)
