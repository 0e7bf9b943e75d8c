"""Deliveries as staff see them."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from typing_extensions import override

from adapters.database.tables import authorized_user, conversation, delivery, ladder_run, message, patient
from adapters.database.transaction import Transaction
from adapters.database.transitions import advance
from router.messages.cascade import Recipient, reason_from
from router.messages.inbox import InboxItem, InboxPatient, NextStep, Pulse
from router.messages.inbox_search import DeliveryFilter
from router.messages.states import DeliveryState, State
from router.messaging.ladder import Do
from router.paging import Position
from router.ports.inbox import Inboxes
from router.practice.topics import Topic


class InboxRepository(Inboxes):
    """See router.ports.inbox.Inboxes."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def items(
        self, practice: str, staff: str, states: Iterable[DeliveryState], before: Position | None, limit: int
    ) -> list[InboxItem]:
        wanted = delivery.c.state.in_([state.value for state in states])
        return self._page(_of(practice, staff) & wanted, before, limit)

    @override
    def owned(self, practice: str, staff: str, before: Position | None, limit: int) -> list[InboxItem]:
        return self._page(_of(practice, staff) & (conversation.c.owner == staff), before, limit)

    def _page(self, condition: ColumnElement[bool], before: Position | None, limit: int) -> list[InboxItem]:
        newest = (delivery.c.received_at.desc(), delivery.c.id.desc())
        wanted = _items().where(condition).order_by(*newest).limit(limit)
        if before is not None:
            at, identifier = before
            same_moment = (delivery.c.received_at == at) & (delivery.c.id < identifier)
            wanted = wanted.where(or_(delivery.c.received_at < at, same_moment))
        return [_item(row) for row in self._transaction.execute(wanted)]

    @override
    def found(
        self, practice: str, staff: str, wanted: DeliveryFilter, before: Position | None, limit: int
    ) -> list[InboxItem]:
        fits, search = [_of(practice, staff)], wanted.search
        if wanted.patients is not None:
            fits.append(self._transaction.one_of(message.c.patient, wanted.patients))
        if search.topic is not None:
            fits.append(conversation.c.topic == search.topic.value)
        if search.site is not None:
            fits.append(conversation.c.site == search.site)
        if search.since is not None:
            fits.append(delivery.c.received_at >= search.since)
        if search.until is not None:
            fits.append(delivery.c.received_at < search.until)
        return self._page(and_(*fits), before, limit)

    @override
    def patients(self, practice: str, staff: str) -> list[InboxPatient]:
        theirs = select(message.c.patient).join_from(delivery, message).where(_of(practice, staff))
        these = (patient.c.practice == practice) & patient.c.id.in_(theirs)
        wanted = select(patient.c.id, patient.c.name, patient.c.record_number).where(these)
        return [InboxPatient(*row) for row in self._transaction.execute(wanted)]

    @override
    def pulses(self, practice: str, staff: Sequence[str]) -> dict[str, Pulse]:
        whose = self._transaction.one_of(delivery.c.staff, staff)
        unread = (delivery.c.practice == practice) & whose & (delivery.c.state == DeliveryState.UNREAD.value)
        counted = select(delivery.c.staff, func.count(), func.max(delivery.c.received_at))
        rows = self._transaction.execute(counted.where(unread).group_by(delivery.c.staff))
        return {row[0]: Pulse(row[1], row[2]) for row in rows}

    @override
    def unread(self, practice: str, staff: str) -> int:
        condition = _of(practice, staff) & (delivery.c.state == DeliveryState.UNREAD.value)
        return self._transaction.execute(select(func.count()).where(condition)).scalar_one()

    @override
    def item(self, practice: str, delivery_id: UUID) -> InboxItem | None:
        this = (delivery.c.practice == practice) & (delivery.c.id == delivery_id)
        row = self._transaction.execute(_items().where(this).with_for_update(of=delivery)).one_or_none()
        return _item(row) if row else None

    @override
    def mark(self, practice: str, delivery_id: UUID, state: DeliveryState) -> bool:
        this = (delivery.c.practice == practice) & (delivery.c.id == delivery_id)
        changed = advance(delivery, state).where(this).returning(delivery.c.message)
        if state is not DeliveryState.UNREAD:
            changed = changed.values(opened_at=self._transaction.now())
        message_id = self._transaction.execute(changed).scalar_one_or_none()
        if message_id is None or state is DeliveryState.UNREAD:
            return False
        its_message = (message.c.practice == practice) & (message.c.id == message_id)
        opened = advance(message, State.OPENED).where(its_message).values(opened_at=self._transaction.now())
        return self._transaction.execute(opened).rowcount > 0


def _of(practice: str, staff: str) -> ColumnElement[bool]:
    return (delivery.c.practice == practice) & (delivery.c.staff == staff)


def _items() -> Select[Any]:
    joined = (
        delivery.join(message)
        .join(conversation)
        .join(patient, (patient.c.practice == message.c.practice) & (patient.c.id == message.c.patient))
        .outerjoin(
            authorized_user,
            (authorized_user.c.practice == message.c.practice)
            & (authorized_user.c.patient == message.c.patient)
            & (authorized_user.c.id == message.c.sender),
        )
        .outerjoin(
            # One run of a message at most has a step that is due.
            ladder_run,
            (ladder_run.c.practice == message.c.practice)
            & (ladder_run.c.message == message.c.id)
            & ladder_run.c.due_do.is_not(None),
        )
    )
    return select(
        delivery,
        message.c.conversation,
        message.c.body,
        message.c.sender,
        message.c.state.label("message_state"),
        message.c.answer_by,
        message.c.renewed_answer_by,
        message.c.kept_open,
        message.c.outcome,
        ladder_run.c.due_at.label("step_at"),
        ladder_run.c.due_do.label("step_do"),
        conversation.c.topic,
        conversation.c.site,
        conversation.c.subject,
        conversation.c.owner,
        patient.c.id.label("patient"),
        patient.c.name.label("patient_name"),
        patient.c.birth_date,
        patient.c.record_number,
        authorized_user.c.name.label("sender_name"),
    ).select_from(joined)


def _item(row: Row[Any]) -> InboxItem:
    return InboxItem(
        delivery=row.id,
        staff=row.staff,
        message=row.message,
        conversation=row.conversation,
        topic=Topic(row.topic),
        site=row.site,
        patient=row.patient,
        patient_name=row.patient_name,
        birth_date=row.birth_date,
        record_number=row.record_number,
        sender=row.sender,
        sender_name=row.sender_name,
        subject=row.subject,
        body=row.body,
        state=DeliveryState(row.state),
        owner=row.owner,
        handled_by=row.handled_by,
        recipient=Recipient(row.staff, reason_from(row.step), row.represents),
        received_at=row.received_at,
        answer_by=row.renewed_answer_by or row.answer_by,
        waits=bool(row.kept_open) or (row.message_state != State.ANSWERED.value and row.outcome is None),
        next_step=NextStep(Do(row.step_do), row.step_at) if row.step_do is not None else None,
    )
