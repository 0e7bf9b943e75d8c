"""Notifications of the events that a lease is about, which another process holds or has sent a moment ago."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select

from adapters.database.repositories.leased_notifications import Threads, read_leased, readers, recipients, threads_of
from adapters.database.tables import attempt, delivery, message, notification, read_mark, reply
from adapters.database.transaction import Transaction
from router.messages.cascade import HandOver
from router.messages.notification import (
    TOLD_WITHIN,
    Kind,
    OtherNotification,
    SendOutcome,
    begins_conversation,
)
from router.messages.states import DeliveryState, NotificationState

IN_FLIGHT = notification.c.state.in_((NotificationState.DUE.value, NotificationState.LEASED.value))
SENT = (attempt.c.practice == notification.c.practice) & (attempt.c.notification == notification.c.id)
# The mark of a reader who has read the reply, or a later one.
READ = (
    (read_mark.c.practice == reply.c.practice)
    & (read_mark.c.conversation == reply.c.conversation)
    & (read_mark.c.reader == notification.c.reader)
    & (read_mark.c.read_at >= reply.c.replied_at)
)
# What came so long ago is another event.
LATELY = 60 * TOLD_WITHIN


def find(
    transaction: Transaction, token: UUID, rows: Sequence[Row[Any]], threads: Threads
) -> tuple[OtherNotification, ...]:
    """Those that are like the rows of a lease, and not among them."""
    found: list[Row[Any]] = []
    for practice, wanted in _wanted(transaction, rows, threads):
        since = transaction.now() - TOLD_WITHIN
        sent = SENT & (attempt.c.outcome == SendOutcome.SENT.value) & (attempt.c.at >= since)
        elsewhere = IN_FLIGHT & (notification.c.token.is_(None) | (notification.c.token != token))
        asked = (
            wanted.outerjoin(attempt, sent)
            .add_columns(attempt.c.at.label("sent_at"))
            .where(notification.c.practice == practice, elsewhere | attempt.c.at.is_not(None))
        )
        found += transaction.execute(asked)
    now, theirs = transaction.now(), threads_of(transaction, found)
    # Of one that is leased it will soon be known what came of it.
    due = NotificationState.DUE.value
    return tuple(
        OtherNotification(read_leased(row, now, theirs), row.due_at if row.state == due else now, row.sent_at)
        for row in found
    )


def _wanted(transaction: Transaction, rows: Sequence[Row[Any]], threads: Threads) -> Iterable[tuple[str, Select[Any]]]:
    """What is looked for, practice by practice: as little as can hold something alike, mostly nothing."""
    staff: dict[str, list[Row[Any]]] = defaultdict(list)
    replies: dict[str, set[UUID]] = defaultdict(set)
    for row in rows:
        if row.kind == Kind.STAFF_DELIVERY.value:
            staff[row.practice].append(row)
        elif row.kind == Kind.PATIENT_REPLY.value:
            replies[row.practice].add(row.conversation)
    for practice, theirs in staff.items():
        others = _other_deliveries(transaction, practice, theirs, threads)
        if others:
            yield practice, recipients().where(transaction.one_of(notification.c.delivery, others))
    for practice, conversations in replies.items():
        these = transaction.one_of(reply.c.conversation, conversations)
        lately = reply.c.replied_at >= transaction.now() - LATELY
        yield practice, readers().outerjoin(read_mark, READ).where(these, lately, read_mark.c.read_at.is_(None))


def _other_deliveries(transaction: Transaction, practice: str, rows: Sequence[Row[Any]], threads: Threads) -> set[UUID]:
    """Unread deliveries that a lease doesn't hold, of messages that may have been told of, and moved by an absence.

    They are looked for step by step, each by an index: left to itself the planner reads all deliveries of the practice.
    """
    ordered = sorted(rows, key=lambda row: row.id)
    # At its two ends a lease may have cut through the deliveries of a message.
    messages = {ordered[0].message, ordered[-1].message}
    ours = {row.message: threads[row.message][0] for row in rows}
    continued = {thread for message_id, thread in ours.items() if not begins_conversation(message_id, thread)}
    if continued:
        these = transaction.one_of(message.c.conversation, continued)
        messages |= set(
            transaction.execute(select(message.c.id).where(message.c.practice == practice, these)).scalars()
        )
    every, unread = select(delivery.c.id).where(delivery.c.practice == practice), DeliveryState.UNREAD.value
    # Not by the index of inboxes, which begins with the practice and a state that all of them may have.
    of_these = transaction.one_of(delivery.c.message, messages), delivery.c.state.concat("") == unread
    found = set(transaction.execute(every.where(*of_these)).scalars())
    # One after the other: for all of them at once a plan that was made when there were few reads the whole practice.
    for staff in {row.staff for row in rows if (row.because or row.step) == HandOver.ABSENCE.value}:
        by_absence = func.coalesce(delivery.c.because, delivery.c.step) == HandOver.ABSENCE.value
        moved = delivery.c.staff == staff, by_absence, delivery.c.state == unread
        lately = delivery.c.received_at >= transaction.now() - LATELY
        found |= set(transaction.execute(every.where(*moved, lately)).scalars())
    return found - {row.delivery for row in rows}
