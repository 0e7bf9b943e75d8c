"""Conversations, messages, and where each message went."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Text, UniqueConstraint, Uuid, text

from adapters.database.tables.base import owned, to
from adapters.database.types import Document, Moment

conversation = owned(
    "conversation",
    Column("id", Uuid, nullable=False),
    Column("patient", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("site", String),
    Column("chosen", String),
    Column("display_name", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("owner", String),
    Column("started_at", Moment, nullable=False),
    to("patient", "patient"),
    to("site", "site"),
    to("staff", "chosen"),
    to("staff", "owner"),
    Index(None, "practice", "patient", "topic", "started_at"),
    Index(
        None, "practice", "owner", postgresql_where=text("owner is not null"), sqlite_where=text("owner is not null")
    ),
)

WAITING = text("state = 'accepted'")

PARKED = text("state = 'parked'")
UNOPENED = text("state = 'delivered'")
URGENT = text("urgent_since is not null")
IS_URGENT = text("priority = 'urgent'")
# What an answer may be expected to, besides what somebody is done with.
UNANSWERED = text("(kept_open or (state <> 'answered' and outcome is null))")
# The same without most of what somebody is done with.
AWAITED = text("(kept_open or (state <> 'answered' and outcome is null and done_at is null))")
AWAITED_BY = text(f"answer_by is not null and {AWAITED.text}")
PROMISED = text(f"answer_by is not null and {UNANSWERED.text}")
PROMISED_ANEW = text(f"renewed_answer_by is not null and {UNANSWERED.text}")

message = owned(
    "message",
    Column("id", Uuid, nullable=False),
    Column("conversation", Uuid, nullable=False),
    Column("patient", String, nullable=False),
    Column("sender", String),
    Column("body", Text, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("state", String, nullable=False),
    Column("parked_reason", String),
    Column("parked_at", Moment),
    Column("failures", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("accepted_at", Moment, nullable=False),
    Column("delivered_at", Moment),
    Column("opened_at", Moment),
    Column("answered_at", Moment),
    # By when the patient's side was told to expect an answer; never changed.
    Column("answer_by", Moment),
    # What holds in its place since a reply kept the message open.
    Column("renewed_answer_by", Moment),
    Column("kept_open", Boolean),
    # When a reply last did; null where a process of the release before wrote that: then the newest reply says it.
    Column("kept_open_at", Moment),
    Column("outcome", String),
    Column("outcome_at", Moment),
    # When somebody who must take care of it was done with it without saying how. Triggers forget that when it waits
    # again; processes of the release before don't write it. Where it is null, deliveries say whether anybody is done.
    Column("done_at", Moment),
    # `routine` or `urgent`; processes of the release before don't write it.
    Column("priority", String, nullable=False, server_default="routine"),
    # Since when it is urgent, until somebody has answered it or is done with it: what may stand first in lists.
    Column("urgent_since", Moment),
    # Why it is urgent, for those who read it.
    Column("urgency", Document),
    # What was answered when it was accepted, besides `answer_by`: the advice, and what its writer said of it.
    Column("accepted_with", Document),
    # The To: that its writer saw, where the conversation has another one since its topic was corrected.
    Column("first_to", Text),
    to("conversation", "conversation"),
    to("authorized_user", "patient", "sender", key=("patient", "id")),
    UniqueConstraint("practice", "idempotency_key"),
    Index("ix_message_waiting", "practice", "due_at", "id", postgresql_where=WAITING, sqlite_where=WAITING),
    Index("ix_message_parked", "practice", "id", postgresql_where=PARKED, sqlite_where=PARKED),
    Index("ix_message_unopened", "practice", "accepted_at", postgresql_where=UNOPENED, sqlite_where=UNOPENED),
    Index(None, "practice", "conversation", "accepted_at"),
    # For the release before, which doesn't know what is done.
    Index("ix_message_promised", "practice", "answer_by", postgresql_where=PROMISED, sqlite_where=PROMISED),
    Index("ix_message_awaited", "practice", "answer_by", postgresql_where=AWAITED_BY, sqlite_where=AWAITED_BY),
    Index(
        "ix_message_promised_anew",
        "practice",
        "renewed_answer_by",
        postgresql_where=PROMISED_ANEW,
        sqlite_where=PROMISED_ANEW,
    ),
    Index("ix_message_unanswered", "practice", "id", postgresql_where=AWAITED, sqlite_where=AWAITED),
    Index("ix_message_urgent", "practice", "urgent_since", postgresql_where=URGENT, sqlite_where=URGENT),
    # Which messages are urgent, or were: a list that asks so for each of its deliveries looks into few rows.
    Index("ix_message_of_urgency", "practice", "id", postgresql_where=IS_URGENT, sqlite_where=IS_URGENT),
)

resolution = owned(
    "resolution",
    Column("message", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("resolved_at", Moment, nullable=False),
    Column("distribution_version", Integer, nullable=False),
    Column("recipients", Document, nullable=False),
    Column("trace", Document, nullable=False),
    to("message", "message"),
    key=("message", "number"),
)

delivery = owned(
    "delivery",
    Column("id", Uuid, nullable=False),
    Column("message", Uuid, nullable=False),
    # Those of the message, which never change, so that lists needn't look them up. Processes of the release before
    # write none of them; where there is a conversation, the site is known.
    Column("conversation", Uuid),
    Column("site", String),
    Column("written_at", Moment),
    Column("staff", String, nullable=False),
    Column("step", String, nullable=False),
    Column("represents", String),
    Column("state", String, nullable=False),
    Column("handled_by", String),
    # When it last came: anew, or again after it had gone or was done.
    Column("received_at", Moment, nullable=False),
    # When it came first, where it has come again since.
    Column("first_received_at", Moment),
    # From when its holder's time counts in the run of a ladder, where it isn't since `received_at`.
    Column("counted_from", Moment),
    # When its holder last opened it or was done with it.
    Column("opened_at", Moment),
    # Whether its holder's `done` counts for everybody, of a forward: they owned the conversation then. Triggers write
    # it. Null where it is no forward, or from before: then the owner says it.
    Column("finishes", Boolean),
    # What holds in place of `step`, where that is a word which the release before can read.
    Column("because", String),
    # When it went to somebody else.
    Column("moved_at", Moment),
    to("message", "message"),
    to("staff", "staff"),
    to("staff", "handled_by"),
    UniqueConstraint("practice", "message", "staff"),
    Index("ix_delivery_inbox", "practice", "staff", "state", "received_at", "id"),
)
