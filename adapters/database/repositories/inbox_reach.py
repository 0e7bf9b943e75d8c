"""What somebody has or had of a conversation, and how each message came to them."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Row, exists, select

from adapters.database.tables import delivery, hand_over, message
from adapters.database.transaction import Transaction
from router.messages.cascade import HandOver, Step, reason_from
from router.messages.reach import HeldMessage
from router.messages.states import DeliveryState


def held(transaction: Transaction, practice: str, staff: str, conversation: UUID) -> list[HeldMessage]:
    """Each message of the conversation that was ever in this inbox, oldest first."""
    wanted = (
        select(delivery.c.step, delivery.c.because, delivery.c.state, delivery.c.moved_at, message.c.accepted_at)
        .add_columns(is_whole(delivery).label("whole"))
        .join_from(delivery, message)
        .where(delivery.c.practice == practice, delivery.c.staff == staff, message.c.conversation == conversation)
        .order_by(message.c.accepted_at, message.c.id)
    )
    return [
        HeldMessage(row.accepted_at, _reason(row), DeliveryState(row.state), row.moved_at, row.whole)
        for row in transaction.execute(wanted)
    ]


def _reason(row: Row[Any]) -> Step | HandOver:
    """How they came into the conversation: for somebody who was only asked, as by a forward."""
    is_asked = row.step == HandOver.FORWARD.value
    return HandOver.FORWARD if is_asked else reason_from(row.because or row.step)


def is_whole(of_delivery: FromClause) -> ColumnElement[bool]:
    """Whether the whole conversation was forwarded with a delivery."""
    return (
        exists()
        .where(
            hand_over.c.practice == of_delivery.c.practice,
            hand_over.c.message == of_delivery.c.message,
            hand_over.c.taker == of_delivery.c.staff,
            hand_over.c.whole_conversation.is_(True),
            hand_over.c.taken_back_at.is_(None),
        )
        .correlate(of_delivery)
    )
