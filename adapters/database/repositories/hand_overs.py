"""Hand-overs, with what the step of a ladder did and what an absent person had done with the message."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select

from adapters.database.tables import conversation, delivery, hand_over, ladder_step, message
from adapters.database.transaction import Transaction
from router.messages.cascade import HandOver
from router.messages.hand_overs import LeftAs, NoteOnHandOver, left_as
from router.messaging.ladder import Do

GIVERS = delivery.alias("givers")
# A step and its hand-overs are of one moment.
ITS_STEP = (
    (ladder_step.c.practice == hand_over.c.practice)
    & (ladder_step.c.message == hand_over.c.message)
    & (ladder_step.c.at == hand_over.c.handed_at)
    & (hand_over.c.because == HandOver.STEP.value)
)
ITS_GIVERS = (
    (GIVERS.c.practice == hand_over.c.practice)
    & (GIVERS.c.message == hand_over.c.message)
    & (GIVERS.c.staff == hand_over.c.giver)
)


def select_hand_overs(practice: str) -> Select[Any]:
    """The hand-overs of a practice, with the step that caused each, and when its giver last opened the message."""
    joined = hand_over.join(message).join(conversation).outerjoin(ladder_step, ITS_STEP).outerjoin(GIVERS, ITS_GIVERS)
    told = (ladder_step.c.did, GIVERS.c.opened_at, conversation.c.owner)
    return select(hand_over, *told).select_from(joined).where(hand_over.c.practice == practice)


def kind_of(row: Row[Any]) -> HandOver:
    """How it was handed over."""
    return HandOver(row.because or row.kind)


def did_of(row: Row[Any]) -> Do | None:
    """What the step of the ladder did; None for every other kind."""
    return Do(row.did) if row.did is not None else None


def left_of(row: Row[Any]) -> LeftAs | None:
    """What the giver had done with it, if it went to their cover."""
    if kind_of(row) is not HandOver.ABSENCE:
        return None
    return left_as(row.opened_at, row.handed_at, owns=row.owner == row.giver)


def notes(transaction: Transaction, practice: str, conversation_id: UUID) -> list[NoteOnHandOver]:
    """The hand-overs in a conversation, oldest first."""
    wanted = (
        select_hand_overs(practice)
        .where(message.c.conversation == conversation_id)
        .order_by(hand_over.c.handed_at, hand_over.c.id)
    )
    return [
        NoteOnHandOver(
            row.handed_at,
            row.message,
            row.giver,
            row.taker,
            kind_of(row),
            row.note,
            taken_back=row.taken_back_at is not None,
            whole_conversation=row.whole_conversation,
            mention=bool(row.mention),
            did=did_of(row),
        )
        for row in transaction.execute(wanted)
    ]
