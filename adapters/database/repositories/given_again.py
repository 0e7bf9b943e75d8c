"""Giving a message to somebody in whose inbox it is, or was, already."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, func, select, update

from adapters.database.repositories import inbox_entries
from adapters.database.repositories.overdue import (
    left_to_colleague,
    waits,
    was_done_before_correction,
    was_done_before_promise,
)
from adapters.database.repositories.undone_deliveries import UNDONE
from adapters.database.tables import conversation, delivery, ladder_run, message, snooze
from adapters.database.transaction import Transaction
from adapters.database.transitions import advance
from router.messages.cascade import HandOver, Recipient
from router.messages.states import DeliveryState

# The conditions of what waits ask for other deliveries of the same message.
LEFT = delivery.alias("left")


def left_to(
    transaction: Transaction, practice: str, conversations: Collection[UUID], handlers: Collection[str], *, done: bool
) -> list[tuple[UUID, Recipient]]:
    """What waits in open inboxes although these people took care of it: each message, and in whose.

    Also what others were `done` with, and had left to these people.
    """
    states = (*UNDONE, DeliveryState.DONE.value) if done else UNDONE
    wanted: Select[Any] = (
        select(LEFT.c.message, LEFT.c.staff, LEFT.c.step, LEFT.c.because, LEFT.c.represents)
        .join_from(LEFT, message, (message.c.practice == LEFT.c.practice) & (message.c.id == LEFT.c.message))
        .join(conversation)
        .where(LEFT.c.practice == practice, transaction.one_of(message.c.conversation, list(conversations)))
        .where(transaction.one_of(LEFT.c.handled_by, list(handlers)), LEFT.c.state.in_(states), waits())
        .order_by(LEFT.c.message, LEFT.c.staff)
    )
    return [(row.message, inbox_entries.recipient_of(row)) for row in transaction.execute(wanted)]


def read(transaction: Transaction, practice: str, message_id: UUID, staff: str) -> Row[Any] | None:
    """The delivery of a message that somebody has or had, with what its run began with; None where there is none."""
    runs = (ladder_run.c.practice == practice) & (ladder_run.c.message == message_id)
    began = select(func.max(ladder_run.c.began_at)).where(runs).scalar_subquery()
    theirs = (delivery.c.practice == practice) & (delivery.c.message == message_id) & (delivery.c.staff == staff)
    promised = message.c.kept_open.is_(True) & was_done_before_promise()
    wanted = select(delivery, message.c.delivered_at, began.label("began_at"), promised.label("was_promised"))
    wanted = wanted.add_columns(was_done_before_correction().label("topic_was_wrong"))
    wanted = wanted.add_columns(left_to_colleague().label("was_left"))
    return transaction.execute(wanted.join_from(delivery, message).where(theirs)).one_or_none()


def waits_again(known: Row[Any]) -> bool:
    """Whether somebody who is given a message must find it unread again.

    It has gone from them; or they were done with it and it waits all the same: they had it by a forward and it wasn't
    theirs, they had left it to a colleague, a reply kept it open since, or it had another topic then.
    """
    if known.state == DeliveryState.DONE.value:
        waits_on = known.was_promised or known.topic_was_wrong or known.was_left
        was_asked = known.step == HandOver.FORWARD.value and not known.finishes
        return was_asked or bool(waits_on)
    return bool(known.state == DeliveryState.MOVED.value)


def store(transaction: Transaction, known: Row[Any], recipient: Recipient, *, is_unread: bool) -> None:
    """Note why they have it, and make it unread and new where it waits for them again."""
    this = (delivery.c.practice == known.practice) & (delivery.c.id == known.id)
    is_forward = recipient.is_only_asked
    changed: dict[str, object] = {}
    if known.step == HandOver.FORWARD.value and not is_forward:
        # Somebody who had it by a forward alone takes care of it from now on.
        changed |= inbox_entries.reason_columns(recipient) | {"represents": recipient.represents}
        changed["counted_from"] = transaction.now()
    if is_unread:
        changed |= {"handled_by": None, "moved_at": None}
        if known.state not in UNDONE:
            changed |= {"received_at": transaction.now()}
            changed["first_received_at"] = known.first_received_at or known.received_at
            changed.setdefault("counted_from", _counted_from(known, transaction.now(), is_forward=is_forward))
    if changed:
        transaction.execute(update(delivery).where(this).values(**changed))
    if is_unread:
        # What was put off before it came again doesn't hide it once it has been read.
        transaction.execute(delete(snooze).where(snooze.c.practice == known.practice, snooze.c.delivery == known.id))
        transaction.execute(advance(delivery, DeliveryState.UNREAD).where(this))


def _counted_from(known: Row[Any], now: datetime, *, is_forward: bool) -> datetime:
    """From when their time counts before the next step of the ladder: once in each run, and not for a forward."""
    before: datetime = known.counted_from or known.received_at
    begun = max((at for at in (known.began_at, known.delivered_at) if at is not None), default=before)
    return before if is_forward or before > begun else now
