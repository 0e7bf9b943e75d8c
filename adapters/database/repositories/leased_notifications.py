"""Reads notifications with their readers, for every query that needs them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, Row, Select, Table, exists, func, select

from adapters.database.repositories.charts import is_read_elsewhere
from adapters.database.tables import (
    authorized_user,
    conversation,
    delivery,
    email_choice,
    ladder_step,
    message,
    notification,
    password_link,
    patient,
    reply,
    staff,
    staff_notice,
    step_notice,
)
from adapters.database.transaction import Transaction
from router.messages.cascade import HandOver
from router.messages.notification import (
    LINK_KINDS,
    PACED_KINDS,
    RELAY_REFUSED,
    Kind,
    LeasedNotification,
    Suppression,
    event_of_conversation,
)
from router.messages.priority import Priority
from router.messages.states import DeliveryState

STEP_KINDS = frozenset({Kind.STAFF_REMINDER.value, Kind.STAFF_ALERT.value})
ABOUT_MESSAGES = {kind.value for kind in PACED_KINDS} | {Kind.STAFF_DELIVERY.value}
# By message: its conversation, when it was delivered, and whether it is urgent.
Threads = Mapping[UUID, tuple[UUID, datetime | None, bool]]


def recipients() -> Select[Any]:
    """Notifications with the member of staff who has the delivery."""
    own = notification.c.practice
    told = notification.join(delivery, (delivery.c.practice == own) & (delivery.c.id == notification.c.delivery))
    told = told.join(staff, (staff.c.practice == own) & (staff.c.id == delivery.c.staff))
    return select(
        notification,
        delivery.c.state.label("delivery_state"),
        *(delivery.c[name] for name in ("staff", "step", "because", "represents", "received_at")),
        delivery.c.message,
        staff.c.active,
        staff.c.email,
    ).select_from(told)


def threads_of(transaction: Transaction, rows: Sequence[Row[Any]]) -> Threads:
    """The conversation of each delivery's message, and when it was delivered.

    Apart from the rows: joined, the planner may read all messages for each of them.
    """
    messages: dict[str, set[UUID]] = defaultdict(set)
    for row in rows:
        if row.kind in ABOUT_MESSAGES and row.message is not None:
            messages[row.practice].add(row.message)
    found: dict[UUID, tuple[UUID, datetime | None, bool]] = {}
    for practice, ids in messages.items():
        these = message.c.practice == practice, transaction.one_of(message.c.id, ids)
        wanted = select(message.c.id, message.c.conversation, message.c.delivered_at, message.c.priority).where(*these)
        found |= {
            row.id: (row.conversation, row.delivered_at, row.priority == Priority.URGENT.value)
            for row in transaction.execute(wanted)
        }
    return found


def readers() -> Select[Any]:
    """Notifications with the reader of the reply: the patient, or an authorized user who may have been removed."""
    own = notification.c.practice
    told = notification.join(reply, (reply.c.practice == own) & (reply.c.id == notification.c.reply))
    told = told.join(conversation, (conversation.c.practice == own) & (conversation.c.id == reply.c.conversation))
    user = (
        (authorized_user.c.practice == own)
        & (authorized_user.c.patient == conversation.c.patient)
        & (authorized_user.c.id == notification.c.reader)
        & authorized_user.c.removed.is_(False)
    )
    themselves = (patient.c.practice == own) & (patient.c.id == conversation.c.patient) & (notification.c.reader == "")
    chosen = (
        (email_choice.c.practice == own)
        & (email_choice.c.patient == conversation.c.patient)
        & (email_choice.c.reader == notification.c.reader)
    )
    told = told.outerjoin(authorized_user, user).outerjoin(patient, themselves).outerjoin(email_choice, chosen)
    chart = patient.alias("chart")
    told = told.join(chart, (chart.c.practice == own) & (chart.c.id == conversation.c.patient))
    also = authorized_user.alias()
    shared = exists().where(
        also.c.practice == own,
        also.c.patient == patient.c.id,
        also.c.removed.is_(False),
        func.lower(also.c.email) == func.lower(patient.c.email),
    )
    return select(
        notification,
        reply.c.conversation,
        (conversation.c.private & shared).label("exposed"),
        email_choice.c.wanted,
        # From the chart that this one was merged into, the patient reads on, and nobody else.
        (chart.c.active | ((notification.c.reader == "") & is_read_elsewhere(chart))).label("readable"),
        func.coalesce(authorized_user.c.email, patient.c.email).label("email"),
    ).select_from(told)


def _told_by_step() -> Select[Any]:
    """Notifications with the member of staff whom a step of a ladder tells, and their delivery, if they have one."""
    own = notification.c.practice
    the_step = (
        (ladder_step.c.practice == own)
        & (ladder_step.c.message == step_notice.c.message)
        & (ladder_step.c.run == step_notice.c.run)
        & (ladder_step.c.step == step_notice.c.step)
    )
    told = _told(step_notice).join(ladder_step, the_step)
    return _with_reader(step_notice).add_columns(ladder_step.c.at.label("happened_at")).select_from(told)


def _told_by_notice() -> Select[Any]:
    """Notifications with the member of staff whom a hand-over, or the day's list of what is overdue, tells."""
    wanted = _with_reader(staff_notice).add_columns(staff_notice.c.at.label("happened_at"))
    return wanted.select_from(_told(staff_notice))


def _told(notice: Table) -> FromClause:
    own = notification.c.practice
    # The reader stands in an expression: the index of inboxes would find all that they ever had.
    is_theirs = delivery.c.staff + "" == notice.c.staff
    theirs = (delivery.c.practice == own) & (delivery.c.message == notice.c.message) & is_theirs
    told = notification.join(notice, (notice.c.practice == own) & (notice.c.notification == notification.c.id))
    return told.join(staff, (staff.c.practice == own) & (staff.c.id == notice.c.staff)).outerjoin(delivery, theirs)


def _with_reader(notice: Table) -> Select[Any]:
    return select(
        notification,
        notice.c.staff,
        delivery.c.state.label("delivery_state"),
        delivery.c.id.label("about_delivery"),
        notice.c.message,
        staff.c.active,
        staff.c.email,
    )


def _invited() -> Select[Any]:
    """Notifications with the member of staff who chooses a password by their link."""
    own = notification.c.practice
    told = notification.join(
        password_link, (password_link.c.practice == own) & (password_link.c.notification == notification.c.id)
    )
    told = told.join(staff, (staff.c.practice == own) & (staff.c.id == password_link.c.staff))
    return select(
        notification,
        staff.c.active,
        staff.c.email,
        *(password_link.c[name] for name in ("ended_at", "expires_at", "generation")),
    ).select_from(told)


NOTICE_KINDS = frozenset({Kind.STAFF_RETURNED.value, Kind.STAFF_HANDED_OVER.value, Kind.STAFF_OVERDUE.value})
# What is about a delivery of its reader, besides what has it in its own row.
ABOUT_DELIVERIES = frozenset({Kind.STAFF_REMINDER, Kind.STAFF_RETURNED, Kind.STAFF_HANDED_OVER})
# In which states of its delivery an email is of use: a reminder is until its reader is done with the message.
WORTH_SENDING = {
    Kind.STAFF_DELIVERY: (DeliveryState.UNREAD.value,),
    Kind.STAFF_REMINDER: (DeliveryState.UNREAD.value, DeliveryState.READ.value),
    Kind.STAFF_RETURNED: (DeliveryState.UNREAD.value,),
    Kind.STAFF_HANDED_OVER: (DeliveryState.MOVED.value,),
}
WHO_IS_TOLD = (
    (frozenset({Kind.STAFF_DELIVERY.value}), recipients()),
    (STEP_KINDS, _told_by_step()),
    (NOTICE_KINDS, _told_by_notice()),
    (frozenset({Kind.PATIENT_REPLY.value}), readers()),
    (frozenset(kind.value for kind in LINK_KINDS), _invited()),
)


def read_leased(row: Row[Any], now: datetime, threads: Threads) -> LeasedNotification:
    """A row of one of these questions."""
    kind = Kind(row.kind)
    about = row.delivery or row.reply or row.id
    if kind in ABOUT_DELIVERIES:
        about = row.about_delivery or row.id
    return LeasedNotification(
        practice=row.practice,
        id=row.id,
        kind=kind,
        about=about,
        address=row.email or "",
        deferrals=row.deferrals,
        suppressed=_suppressed(row, kind, now),
        refused_before=row.reason == RELAY_REFUSED or row.deferrals > 0,
        event=_event(row, kind, threads),
        generation=row.generation if kind in LINK_KINDS else 0,
        urgent=kind.value in ABOUT_MESSAGES and row.message in threads and threads[row.message][2],
        happened_at=row.happened_at if kind in PACED_KINDS else None,
    )


def _event(row: Row[Any], kind: Kind, threads: Threads) -> str:
    """What is one event; see router.messages.merging."""
    if kind in LINK_KINDS or kind is Kind.STAFF_OVERDUE:
        return ""
    if kind in PACED_KINDS:
        return f"told to {row.staff}"
    if kind is Kind.STAFF_DELIVERY and (row.because or row.step) == HandOver.ABSENCE.value:
        return f"absence of {row.represents}"
    if kind is Kind.PATIENT_REPLY:
        return event_of_conversation(row.conversation)
    conversation_id, delivered_at, _ = threads[row.message]
    if row.step != HandOver.FORWARD.value and delivered_at is not None and row.received_at > delivered_at:
        return f"returned at {row.received_at.isoformat()}"
    return event_of_conversation(conversation_id)


def _suppressed(row: Row[Any], kind: Kind, now: datetime) -> Suppression | None:
    if kind in LINK_KINDS:
        return _link_suppressed(row, now)
    if kind is Kind.PATIENT_REPLY:
        return _reply_suppressed(row)
    if not row.active:
        return Suppression.INACTIVE
    if kind in WORTH_SENDING and row.delivery_state not in WORTH_SENDING[kind]:
        return Suppression.READ_ALREADY
    return None if row.email else Suppression.NO_ADDRESS


def _reply_suppressed(row: Row[Any]) -> Suppression | None:
    if not row.readable:
        return Suppression.INACTIVE
    if row.wanted is False:
        return Suppression.UNSUBSCRIBED
    if row.exposed:
        return Suppression.SHARED_ADDRESS
    return None if row.email else Suppression.NO_ADDRESS


def _link_suppressed(row: Row[Any], now: datetime) -> Suppression | None:
    if not row.active:
        return Suppression.INACTIVE
    if not row.email:
        # Its link has ended with the address.
        return Suppression.NO_ADDRESS
    return Suppression.LINK_ENDED if row.ended_at is not None or row.expires_at <= now else None
