"""Deliveries that nobody has finished, of staff who have left or are away."""

from typing import Any

from sqlalchemy import Column, Row, Select, Table, select

from adapters.database.tables import absence, conversation, delivery, message
from adapters.database.transaction import Transaction
from router.messages.hand_overs import UndoneDelivery
from router.messages.states import OPEN

UNDONE = tuple(state.value for state in sorted(OPEN))


def of_absent(transaction: Transaction) -> Select[Any]:
    """The deliveries of those whose absence has begun, and who have a cover."""
    now = transaction.now()
    away = (absence.c.begins <= now) & (absence.c.ends > now) & absence.c.cover.is_not(None)
    return undone_of(absence, absence.c.staff).join(conversation).where(away)


def holding(wanted: Select[Any], limit: int) -> Select[Any]:
    """Some of these deliveries, held with their conversations; what others hold is skipped."""
    some = wanted.order_by(delivery.c.id).limit(limit)
    return some.with_for_update(of=[conversation, delivery], key_share=True, skip_locked=True)


def undone_of(whose: Table, staff_id: Column[str]) -> Select[Any]:
    """The deliveries of those whom the table names: they are few, and are looked for first."""
    theirs = (delivery.c.practice == whose.c.practice) & (delivery.c.staff == staff_id)
    return (
        select(delivery.c.practice, delivery.c.id, delivery.c.message, delivery.c.staff)
        .add_columns(message.c.conversation, message.c.patient)
        .select_from(whose.join(delivery, theirs).join(message))
    )


def read_undone(row: Row[Any]) -> UndoneDelivery:
    """What a row of `undone_of` says."""
    return UndoneDelivery(row.id, row.message, row.conversation, row.patient, row.staff)
