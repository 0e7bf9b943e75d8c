"""Notifications of the events that a lease is about, which another process holds or has sent a moment ago."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, or_

from adapters.database import bulk
from adapters.database.repositories.leased_notifications import read_leased, readers, recipients
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
UNREAD = delivery.c.state == DeliveryState.UNREAD.value
# The mark of a reader who has read the reply, or a later one.
READ = (
    (read_mark.c.practice == reply.c.practice)
    & (read_mark.c.conversation == reply.c.conversation)
    & (read_mark.c.reader == notification.c.reader)
    & (read_mark.c.read_at >= reply.c.replied_at)
)
# Replies that nobody was told of for so long are another event.
LATELY = 60 * TOLD_WITHIN


def find(transaction: Transaction, token: UUID, rows: Sequence[Row[Any]]) -> tuple[OtherNotification, ...]:
    """Those that are like the rows of a lease, and not among them."""
    found: list[Row[Any]] = []
    for practice, wanted in _wanted(transaction, rows):
        since = transaction.now - TOLD_WITHIN
        sent = SENT & (attempt.c.outcome == SendOutcome.SENT.value) & (attempt.c.at >= since)
        elsewhere = IN_FLIGHT & (notification.c.token.is_(None) | (notification.c.token != token))
        asked = (
            wanted.outerjoin(attempt, sent)
            .add_columns(attempt.c.at.label("sent_at"))
            .where(notification.c.practice == practice, elsewhere | attempt.c.at.is_not(None))
        )
        found += transaction.connection.execute(asked)
    now = transaction.now
    # Of one that is leased it will soon be known what came of it.
    due = NotificationState.DUE.value
    return tuple(
        OtherNotification(read_leased(row, now), row.due_at if row.state == due else now, row.sent_at) for row in found
    )


def _wanted(transaction: Transaction, rows: Sequence[Row[Any]]) -> Iterable[tuple[str, Select[Any]]]:
    """What is looked for, practice by practice: as little as can hold something alike."""
    staff: dict[str, list[Row[Any]]] = defaultdict(list)
    replies: dict[str, set[UUID]] = defaultdict(set)
    for row in rows:
        if row.kind == Kind.STAFF_DELIVERY.value:
            staff[row.practice].append(row)
        elif row.kind == Kind.PATIENT_REPLY.value:
            replies[row.practice].add(row.conversation)
    for practice, theirs in staff.items():
        asked = _of_staff(transaction, theirs)
        if asked is not None:
            yield practice, recipients().where(UNREAD, asked)
    for practice, conversations in replies.items():
        these = bulk.one_of(transaction.connection, reply.c.conversation, conversations)
        lately = reply.c.replied_at >= transaction.now - LATELY
        yield practice, readers().outerjoin(read_mark, READ).where(these, lately, read_mark.c.read_at.is_(None))


def _of_staff(transaction: Transaction, rows: Sequence[Row[Any]]) -> ColumnElement[bool] | None:
    """Messages that continue a conversation, what an absence moved, and those at whose place the lease may have cut."""
    ordered = sorted(rows, key=lambda row: row.id)
    absences = {row.staff for row in rows if row.step == HandOver.ABSENCE.value}
    continued = {row.conversation for row in rows if not begins_conversation(row.message, row.conversation)}
    conversations = continued | {ordered[0].conversation, ordered[-1].conversation}
    found = [bulk.one_of(transaction.connection, message.c.conversation, conversations)]
    if absences:
        moved = delivery.c.step == HandOver.ABSENCE.value
        found.append(moved & bulk.one_of(transaction.connection, delivery.c.staff, absences))
    return or_(*found)
