"""Corrected topics."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, update
from typing_extensions import override

from adapters.database.repositories import overdue
from adapters.database.repositories.undone_deliveries import UNDONE
from adapters.database.tables import conversation, delivery, message, topic_change
from adapters.database.transaction import Transaction
from router.messages.conversation import Conversation
from router.messages.hand_overs import UndoneDelivery
from router.messages.topic_change import TopicChange
from router.ports.topics import Corrections
from router.practice.topics import Topic


class CorrectionRepository(Corrections):
    """See router.ports.topics.Corrections."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def correct(self, practice: str, thread: Conversation, change: TopicChange) -> None:
        this = (conversation.c.practice == practice) & (conversation.c.id == thread.id)
        moved = {"topic": change.after.value, "display_name": change.to, "owner": None, "chosen": None}
        self._transaction.execute(update(conversation).where(this).values(**moved))
        its = (message.c.practice == practice) & (message.c.conversation == thread.id) & message.c.first_to.is_(None)
        self._transaction.execute(update(message).where(its).values(first_to=thread.display_name))
        before = (topic_change.c.practice == practice) & (topic_change.c.conversation == thread.id)
        last = self._transaction.execute(select(func.max(topic_change.c.number)).where(before)).scalar_one() or 0
        row = {
            "conversation": thread.id,
            "number": last + 1,
            "at": change.at,
            "patient": thread.patient,
            "topic_before": change.before.value,
            "topic_after": change.after.value,
            "to": change.to,
            "staff": change.staff,
            "message": change.message,
            "note": change.note,
        }
        self._transaction.insert(topic_change, [row], practice=practice)

    @override
    def undone(self, practice: str, conversation_id: UUID) -> list[UndoneDelivery]:
        its = (message.c.practice == practice) & (message.c.conversation == conversation_id)
        self._transaction.execute(
            select(message.c.id).where(its).order_by(message.c.id).with_for_update(key_share=True)
        )
        wanted = (
            select(delivery.c.id, delivery.c.message, delivery.c.staff, message.c.patient)
            .join_from(delivery, message)
            .where(its, delivery.c.state.in_(UNDONE))
            .order_by(delivery.c.id)
            .with_for_update(of=delivery)
        )
        rows = self._transaction.execute(wanted)
        return [UndoneDelivery(row.id, row.message, conversation_id, row.patient, row.staff) for row in rows]

    @override
    def waiting(self, practice: str, conversation_id: UUID) -> list[UUID]:
        return overdue.waiting(self._transaction, practice, conversation_id)

    @override
    def renew_answer_by(self, practice: str, message_id: UUID, answer_by: datetime) -> None:
        this = (message.c.practice == practice) & (message.c.id == message_id)
        self._transaction.execute(update(message).where(this).values(renewed_answer_by=answer_by))

    @override
    def changes(self, practice: str, conversations: Sequence[UUID]) -> Mapping[UUID, Sequence[TopicChange]]:
        return changes_of(self._transaction, practice, conversations)


def changes_of(
    transaction: Transaction, practice: str, conversations: Sequence[UUID]
) -> Mapping[UUID, Sequence[TopicChange]]:
    """The moves of these conversations to other topics, oldest first."""
    these = (topic_change.c.practice == practice) & transaction.one_of(topic_change.c.conversation, list(conversations))
    found: dict[UUID, list[TopicChange]] = defaultdict(list)
    for row in transaction.execute(select(topic_change).where(these).order_by(topic_change.c.number)):
        found[row.conversation].append(_change(row))
    return found


def _change(row: Row[Any]) -> TopicChange:
    return TopicChange(
        row.conversation,
        row.at,
        Topic(row.topic_before),
        Topic(row.topic_after),
        row.to,
        row.staff,
        row.message,
        row.note,
    )
