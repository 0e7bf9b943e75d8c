"""Everything that happened to one message, without its text: the data of a trace."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select
from typing_extensions import override

from adapters.database import codec
from adapters.database.repositories.hand_overs import did_of, kind_of, left_of, select_hand_overs
from adapters.database.repositories.inbox_entries import recipient_of
from adapters.database.tables import (
    attempt,
    delivery,
    hand_over,
    notification,
    reply,
    resolution,
    staff_notice,
    step_notice,
)
from adapters.database.transaction import Transaction
from router.messages.smtp_replies import without_links
from router.messages.states import DeliveryState
from router.messages.trace import (
    StoredResolution,
    TracedAttempt,
    TracedDelivery,
    TracedHandOver,
    TracedNotice,
    TracedNotification,
    TracedReply,
)
from router.ports.conversations import Traces


class TraceRepository(Traces):
    """See router.ports.conversations.Traces."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def resolutions(self, practice: str, message_id: UUID) -> list[StoredResolution]:
        wanted = (
            select(resolution)
            .where(resolution.c.practice == practice, resolution.c.message == message_id)
            .order_by(resolution.c.number)
        )
        return [
            StoredResolution(
                row.number,
                codec.resolution_from_json(row.recipients, row.trace, row.distribution_version, row.resolved_at),
            )
            for row in self._transaction.execute(wanted)
        ]

    @override
    def deliveries(self, practice: str, message_id: UUID) -> list[TracedDelivery]:
        wanted = (
            select(delivery)
            .where(delivery.c.practice == practice, delivery.c.message == message_id)
            .order_by(delivery.c.received_at, delivery.c.id)
        )
        return [self._traced(practice, row) for row in self._transaction.execute(wanted).all()]

    def _traced(self, practice: str, row: Row[Any]) -> TracedDelivery:
        emails = self._notifications(practice, notification.c.delivery == row.id)
        return TracedDelivery(row.id, recipient_of(row), DeliveryState(row.state), row.received_at, emails)

    @override
    def hand_overs(self, practice: str, message_id: UUID) -> list[TracedHandOver]:
        wanted = (
            select_hand_overs(practice)
            .where(hand_over.c.message == message_id)
            .order_by(hand_over.c.handed_at, hand_over.c.id)
        )
        return [
            TracedHandOver(
                row.handed_at,
                row.giver,
                row.taker,
                kind_of(row),
                row.whole_conversation,
                did_of(row),
                left_of(row),
            )
            for row in self._transaction.execute(wanted)
        ]

    @override
    def replies(self, practice: str, conversation: UUID, message_id: UUID) -> list[TracedReply]:
        wanted = (
            select(reply.c.id, reply.c.author, reply.c.replied_at)
            .join(delivery)
            .where(reply.c.practice == practice, reply.c.conversation == conversation)
            .where(delivery.c.message == message_id)
            .order_by(reply.c.replied_at, reply.c.id)
        )
        return [
            TracedReply(
                row.id, row.author, row.replied_at, self._notifications(practice, notification.c.reply == row.id)
            )
            for row in self._transaction.execute(wanted).all()
        ]

    @override
    def notices(self, practice: str, message_id: UUID) -> list[TracedNotice]:
        of_steps = select(step_notice).where(step_notice.c.practice == practice, step_notice.c.message == message_id)
        of_staff = select(staff_notice).where(staff_notice.c.practice == practice, staff_notice.c.message == message_id)
        steps = self._transaction.execute(of_steps.order_by(step_notice.c.run, step_notice.c.step, step_notice.c.staff))
        found = [(row, row.run, row.step) for row in steps.all()]
        others = self._transaction.execute(of_staff.order_by(staff_notice.c.at, staff_notice.c.staff))
        found += [(row, None, None) for row in others.all()]
        return [
            TracedNotice(row.staff, row.cause, email, run, step)
            for row, run, step in found
            for email in self._notifications(practice, notification.c.id == row.notification)
        ]

    def _notifications(self, practice: str, about: ColumnElement[bool]) -> tuple[TracedNotification, ...]:
        wanted = select(notification).where(notification.c.practice == practice, about)
        return tuple(
            TracedNotification(
                one.id, one.state, one.reason, one.due_at, self._attempts(practice, one.id), one.reader, one.carrier
            )
            for one in self._transaction.execute(wanted.order_by(notification.c.id)).all()
        )

    def _attempts(self, practice: str, notification_id: UUID) -> tuple[TracedAttempt, ...]:
        wanted = (
            select(attempt)
            .where(attempt.c.practice == practice, attempt.c.notification == notification_id)
            .order_by(attempt.c.number)
        )
        rows = self._transaction.execute(wanted)
        return tuple(
            TracedAttempt(row.number, row.at, row.outcome, row.code, without_links(row.answer)) for row in rows
        )
