"""Ladders on their way: the runs of messages, what their steps did, and whom they told."""

from sqlalchemy import Boolean, Column, Index, Integer, String, UniqueConstraint, Uuid, text

from adapters.database.tables.base import owned, to, to_practice
from adapters.database.types import Document, Moment

ALERTED = text("alerted_at is not null and ended_at is null")
FAILED = text("failed_at is not null and ended_at is null")
# What nothing would look at again: processes of the release before leave such runs.
UNWATCHED = text("ended_at is null and due_at is null")
# Those of which administrators were told, as the release before looks for them.
TOLD_AND_UNWATCHED = text("ended_at is null and due_at is null and (alerted_at is not null or failed_at is not null)")

# A run of a message: the steps as they were when it began. The step that is due next waits in the queue.
ladder_run = owned(
    "ladder_run",
    Column("message", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("began_at", Moment, nullable=False),
    # What the alert counts from.
    Column("clock", Moment, nullable=False),
    Column("steps", Document, nullable=False),
    # When the row in the queue is due. After the last step it is when to see whether the message has been answered.
    Column("due_at", Moment),
    # What the step does that is due then; null where none is.
    Column("due_do", String),
    Column("failures", Integer, nullable=False),
    Column("failed_at", Moment),
    Column("alerted_at", Moment),
    Column("ended_at", Moment),
    Column("ended_by", String),
    # Null where it began before there was a ladder for urgent messages.
    Column("urgent", Boolean),
    # Whether its minutes count on the clock rather than in opening time.
    Column("on_clock", Boolean),
    to("message", "message"),
    Index("ix_ladder_run_alerted", "practice", "message", postgresql_where=ALERTED, sqlite_where=ALERTED),
    Index("ix_ladder_run_failed", "practice", "message", postgresql_where=FAILED, sqlite_where=FAILED),
    Index(
        "ix_ladder_run_unwatched",
        "practice",
        "message",
        postgresql_where=TOLD_AND_UNWATCHED,
        sqlite_where=TOLD_AND_UNWATCHED,
    ),
    Index("ix_ladder_run_not_due", "practice", "message", postgresql_where=UNWATCHED, sqlite_where=UNWATCHED),
    key=("message", "number"),
)

# Each step of a run is done with once, whatever dies: its key.
ladder_step = owned(
    "ladder_step",
    Column("message", Uuid, nullable=False),
    Column("run", Integer, nullable=False),
    # From 0.
    Column("step", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("planned", String, nullable=False),
    # What it did; null for nothing.
    Column("did", String),
    Column("because", String),
    # The staff who were told, and those who got the message.
    Column("told", Document, nullable=False),
    Column("takers", Document, nullable=False),
    to("ladder_run", "message", "run", key=("message", "number")),
    key=("message", "run", "step"),
)

# A notification that a step caused. One without a row here is about an arrival, a reply or a link.
step_notice = owned(
    "step_notice",
    Column("notification", Uuid, nullable=False),
    Column("message", Uuid, nullable=False),
    Column("staff", String, nullable=False),
    # `remind` or `alert`.
    Column("cause", String, nullable=False),
    Column("run", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    to("notification", "notification"),
    to("ladder_step", "message", "run", "step", key=("message", "run", "step")),
    to("staff", "staff"),
    UniqueConstraint("practice", "message", "staff", "cause", "run", "step"),
    key=("notification",),
)

# What was changed that open runs must follow, until all of them have: one row for each practice and kind of change.
ladder_change = owned(
    "ladder_change",
    # `hours` or `open`.
    Column("kind", String, nullable=False),
    # The last row of the queue, or message, that has followed; null for none.
    Column("after_at", Moment),
    Column("after_id", Uuid),
    to_practice(),
    key=("kind",),
)
