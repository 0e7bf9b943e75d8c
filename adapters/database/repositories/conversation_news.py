"""The state of conversations, for pages that watch them."""

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Row, ScalarSelect, Select, func, select
from typing_extensions import override

from adapters.database.tables import conversation, delivery, hand_over, message, reply, staff_draft, staff_note
from adapters.database.transaction import Transaction
from router.messages.conversation_news import ConversationState
from router.messages.drafts import DraftKind
from router.messages.states import DeliveryState
from router.ports.conversation_news import ConversationNews

MARK_LENGTH = 16


class ConversationNewsRepository(ConversationNews):
    """See router.ports.conversation_news.ConversationNews."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def state(self, practice: str, delivery_id: UUID, typing_since: datetime) -> ConversationState | None:
        this = (delivery.c.practice == practice) & (delivery.c.id == delivery_id)
        row = self._transaction.execute(STATE.where(this)).one_or_none()
        if row is None:
            return None
        typing = self._transaction.execute(_typing(practice, row, typing_since)).scalars()
        mark = sha256(repr(tuple(row)[1:]).encode()).hexdigest()[:MARK_LENGTH]
        return ConversationState(row.staff, row.conversation, mark, tuple(typing))


def _counted(source: FromClause, column: ColumnElement[Any], where: ColumnElement[bool]) -> ScalarSelect[int]:
    counted = select(func.count(column)).select_from(source).where(where)
    return counted.correlate(conversation).scalar_subquery()


def _in_conversation(table: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a table.
    same: ColumnElement[bool] = (table.c.practice == conversation.c.practice) & (
        table.c.conversation == conversation.c.id
    )
    return same


# Messages of the conversation beside the one of the delivery.
ITS = message.alias("its")
HANDED = hand_over.join(ITS, (hand_over.c.practice == ITS.c.practice) & (hand_over.c.message == ITS.c.id))
STATE: Select[Any] = select(
    delivery.c.staff,
    message.c.conversation,
    conversation.c.owner,
    delivery.c.handled_by,
    (delivery.c.state == DeliveryState.MOVED.value).label("moved"),
    _counted(ITS, ITS.c.id, _in_conversation(ITS)).label("messages"),
    _counted(reply, reply.c.id, _in_conversation(reply)).label("replies"),
    _counted(staff_note, staff_note.c.id, _in_conversation(staff_note)).label("notes"),
    _counted(HANDED, hand_over.c.id, _in_conversation(ITS)).label("hand_overs"),
    _counted(HANDED, hand_over.c.taken_back_at, _in_conversation(ITS)).label("taken_back"),
).select_from(delivery.join(message).join(conversation))


def _typing(practice: str, seen: Row[Any], since: datetime) -> Select[Any]:
    others = (staff_draft.c.practice == practice) & (message.c.conversation == seen.conversation)
    recent = (staff_draft.c.kind == DraftKind.REPLY.value) & (staff_draft.c.saved_at >= since)
    # In this order, which the planner keeps to: there are few in a conversation, and many drafts in a practice.
    writing = select(delivery.c.staff).distinct().select_from(message.join(delivery).join(staff_draft))
    return writing.where(others, recent, delivery.c.staff != seen.staff).order_by(delivery.c.staff)
