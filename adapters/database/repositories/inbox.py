"""Deliveries as staff see them."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, update

from adapters.database.bulk import one_of
from adapters.database.tables import authorized_user, conversation, delivery, message, patient
from adapters.database.tables.messages import ITS_CONVERSATION
from adapters.database.transaction import Transaction
from router.messages.cascade import Recipient, reason_from
from router.messages.inbox import InboxItem, InboxPatient, Pulse
from router.messages.inbox_search import DeliveryFilter
from router.messages.states import DeliveryState, State
from router.paging import Position
from router.practice.topics import Topic


class InboxRepository:
    """See router.ports.inbox.Inboxes."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def items(
        self, practice: str, staff: str, states: Iterable[DeliveryState], before: Position | None, limit: int
    ) -> list[InboxItem]:
        """Deliveries in these states, newest first."""
        wanted = delivery.c.state.in_([state.value for state in states])
        return self._page(_of(practice, staff) & wanted, before, limit)

    def owned(self, practice: str, staff: str, before: Position | None, limit: int) -> list[InboxItem]:
        """Deliveries in conversations that this person owns, newest first."""
        return self._page(_of(practice, staff) & (conversation.c.owner == staff), before, limit)

    def _page(self, condition: ColumnElement[bool], before: Position | None, limit: int) -> list[InboxItem]:
        newest = (delivery.c.received_at.desc(), delivery.c.id.desc())
        wanted = _items().where(condition).order_by(*newest).limit(limit)
        if before is not None:
            at, identifier = before
            same_moment = (delivery.c.received_at == at) & (delivery.c.id < identifier)
            wanted = wanted.where(or_(delivery.c.received_at < at, same_moment))
        return [_item(row) for row in self._transaction.connection.execute(wanted)]

    def found(
        self, practice: str, staff: str, wanted: DeliveryFilter, before: Position | None, limit: int
    ) -> list[InboxItem]:
        """Deliveries that fit, in whatever state, newest first."""
        fits, search = [_of(practice, staff)], wanted.search
        if wanted.patients is not None:
            fits.append(one_of(self._transaction.connection, message.c.patient, wanted.patients))
        if search.topic is not None:
            fits.append(conversation.c.topic == search.topic.value)
        if search.site is not None:
            fits.append(conversation.c.site == search.site)
        if search.since is not None:
            fits.append(delivery.c.received_at >= search.since)
        if search.until is not None:
            fits.append(delivery.c.received_at < search.until)
        return self._page(and_(*fits), before, limit)

    def patients(self, practice: str, staff: str) -> list[InboxPatient]:
        """The patients whose messages this person has or had."""
        theirs = (
            select(message.c.patient)
            .join_from(
                delivery, message, (message.c.practice == delivery.c.practice) & (message.c.id == delivery.c.message)
            )
            .where(_of(practice, staff))
        )
        these = (patient.c.practice == practice) & patient.c.id.in_(theirs)
        wanted = select(patient.c.id, patient.c.name, patient.c.record_number).where(these)
        return [InboxPatient(*row) for row in self._transaction.connection.execute(wanted)]

    def pulses(self, practice: str, staff: Sequence[str]) -> dict[str, Pulse]:
        """What is unread in these inboxes; whoever has read everything is left out."""
        whose = one_of(self._transaction.connection, delivery.c.staff, staff)
        unread = (delivery.c.practice == practice) & whose & (delivery.c.state == DeliveryState.UNREAD.value)
        counted = select(delivery.c.staff, func.count(), func.max(delivery.c.received_at))
        rows = self._transaction.connection.execute(counted.where(unread).group_by(delivery.c.staff))
        return {row[0]: Pulse(row[1], row[2]) for row in rows}

    def unread(self, practice: str, staff: str) -> int:
        """How many are unread."""
        condition = _of(practice, staff) & (delivery.c.state == DeliveryState.UNREAD.value)
        return self._transaction.connection.execute(select(func.count()).where(condition)).scalar_one()

    def item(self, practice: str, delivery_id: UUID) -> InboxItem | None:
        """One delivery; the row is held until the transaction ends."""
        this = (delivery.c.practice == practice) & (delivery.c.id == delivery_id)
        row = self._transaction.connection.execute(_items().where(this).with_for_update(of=delivery)).one_or_none()
        return _item(row) if row else None

    def mark(self, practice: str, delivery_id: UUID, state: DeliveryState) -> bool:
        """Change a delivery's state; the first opening opens its message. Says whether it did."""
        this = (delivery.c.practice == practice) & (delivery.c.id == delivery_id)
        changed = update(delivery).where(this).values(state=state.value).returning(delivery.c.message)
        message_id = self._transaction.connection.execute(changed).scalar_one()
        if state is DeliveryState.UNREAD:
            return False
        opened = update(message).where(
            message.c.practice == practice, message.c.id == message_id, message.c.state == State.DELIVERED.value
        )
        values = {"state": State.OPENED.value, "opened_at": self._transaction.now}
        return self._transaction.connection.execute(opened.values(**values)).rowcount > 0


def _of(practice: str, staff: str) -> ColumnElement[bool]:
    return (delivery.c.practice == practice) & (delivery.c.staff == staff)


def _items() -> Select[Any]:
    joined = (
        delivery.join(message, (message.c.practice == delivery.c.practice) & (message.c.id == delivery.c.message))
        .join(conversation, ITS_CONVERSATION)
        .join(patient, (patient.c.practice == message.c.practice) & (patient.c.id == message.c.patient))
        .outerjoin(
            authorized_user,
            (authorized_user.c.practice == message.c.practice)
            & (authorized_user.c.patient == message.c.patient)
            & (authorized_user.c.id == message.c.sender),
        )
    )
    return select(
        delivery,
        message.c.conversation,
        message.c.body,
        message.c.sender,
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
    )
