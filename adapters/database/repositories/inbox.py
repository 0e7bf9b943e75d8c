"""Deliveries as staff see them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, Subquery, and_, func, select
from typing_extensions import override

from adapters.database.repositories import inbox_pages, inbox_reach, inbox_search, inbox_urgent
from adapters.database.repositories.arrivals import with_arrivals
from adapters.database.repositories.inbox_items import read_item, select_items
from adapters.database.repositories.inbox_order import beyond, by, order
from adapters.database.repositories.inbox_pages import PageRef
from adapters.database.repositories.snoozes import READ, is_awake, is_put_off
from adapters.database.tables import (
    conversation,
    delivery,
    message,
)
from adapters.database.transaction import Transaction
from adapters.database.transitions import advance
from router.messages.inbox import InboxFilter, InboxItem, InboxPatient, InboxSort, Pulse
from router.messages.inbox_search import DeliveryFilter
from router.messages.reach import HeldMessage
from router.messages.states import DeliveryState, State
from router.paging import Position
from router.ports.inbox import Inboxes


class InboxRepository(Inboxes):
    """See router.ports.inbox.Inboxes."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def items(
        self, practice: str, staff: str, wanted: InboxFilter, after: Position | None, limit: int
    ) -> list[InboxItem]:
        ref = PageRef(practice, staff, after, limit)
        page = inbox_pages.newest(self._transaction, ref, wanted)
        if page is not None:
            return self._page(page, practice, falling=not wanted.asleep)
        return self._sorted(ref, wanted)

    @override
    def beside(
        self, practice: str, staff: str, wanted: InboxFilter, position: Position
    ) -> tuple[UUID | None, UUID | None]:
        falling = wanted.sort is InboxSort.NEWEST and not wanted.asleep
        before, after = (self._next(practice, staff, wanted, position, falling=down) for down in (not falling, falling))
        return before, after

    def _next(
        self, practice: str, staff: str, wanted: InboxFilter, position: Position, *, falling: bool
    ) -> UUID | None:
        """The delivery that follows a position, going down or up the list."""
        found: list[Position] = []
        if wanted.sort is not InboxSort.WAITING and not wanted.asleep:
            page = PageRef(practice, staff, position, 1)
            found.extend(inbox_pages.next_in_states(self._transaction, page, wanted, falling=falling))
        elif not wanted.asleep:
            moment, _ = order(wanted.sort)
            fitting = select(moment, delivery.c.id).select_from(delivery.join(message).join(conversation))
            fitting = fitting.where(self._fitting(practice, staff, wanted), beyond(moment, position, falling=falling))
            rows = self._transaction.execute(fitting.order_by(*by(moment, falling=falling)).limit(1))
            found.extend((row[0], row[1]) for row in rows)
        if wanted.asleep or wanted.comes_back_on_top:
            page = PageRef(practice, staff, position, 1)
            found.extend(inbox_pages.next_put_off(self._transaction, page, wanted, falling=falling))
        nearest = max if falling else min
        return nearest(found)[1] if found else None

    def _fitting(self, practice: str, staff: str, wanted: InboxFilter) -> ColumnElement[bool]:
        fits = _fitting(practice, staff, wanted)
        if wanted.without:
            fits &= ~self._transaction.one_of(delivery.c.id, wanted.without)
        if wanted.comes_back_on_top:
            # What has come back is listed apart.
            return fits & (~READ | ~is_put_off())
        return fits & is_awake(self._transaction.now()) if wanted.awake else fits

    def _sorted(self, ref: PageRef, wanted: InboxFilter) -> list[InboxItem]:
        """Everything that fits is sorted, so only what is asked for is joined until the page is known."""
        moment, falling = order(wanted.sort)
        of_conversation = wanted.owned or wanted.topic is not None or wanted.site is not None
        of_message = of_conversation or wanted.priority is not None
        source: FromClause = delivery.join(message) if of_message else delivery
        if of_conversation:
            source = source.join(conversation)
        keys = select(delivery.c.id, moment.label("received_at")).select_from(source)
        keys = keys.where(self._fitting(ref.practice, ref.staff, wanted))
        if ref.before is not None:
            keys = keys.where(beyond(moment, ref.before, falling=falling))
        keys = keys.order_by(*by(moment, falling=falling)).limit(ref.limit)
        return self._page(keys.subquery(), ref.practice, falling=falling)

    def _read(self, wanted: Select[Any], practice: str) -> list[InboxItem]:
        items = [read_item(row) for row in self._transaction.execute(wanted)]
        return with_arrivals(self._transaction, practice, items)

    @override
    def first(self, practice: str, staff: str, wanted: InboxFilter, limit: int) -> list[UUID]:
        return list(inbox_urgent.first(self._transaction, practice, staff, wanted, limit))

    @override
    def these(self, practice: str, staff: str, deliveries: Sequence[UUID]) -> list[InboxItem]:
        if not deliveries:
            return []
        wanted = select_items().where(_of(practice, staff) & self._transaction.one_of(delivery.c.id, deliveries))
        found = {item.delivery: item for item in self._read(wanted, practice)}
        return [found[one] for one in deliveries if one in found]

    @override
    def held(self, practice: str, staff: str, conversation_id: UUID) -> list[HeldMessage]:
        return inbox_reach.held(self._transaction, practice, staff, conversation_id)

    @override
    def subjects(self, practice: str, staff: str, deliveries: Sequence[UUID]) -> dict[UUID, str]:
        these = _of(practice, staff) & self._transaction.one_of(delivery.c.id, deliveries)
        wanted = select(delivery.c.id, conversation.c.subject).join_from(delivery, message).join(conversation)
        return {row[0]: row[1] for row in self._transaction.execute(wanted.where(these))}

    @override
    def found(
        self, practice: str, staff: str, wanted: DeliveryFilter, before: Position | None, limit: int
    ) -> list[InboxItem]:
        page = PageRef(practice, staff, before, limit)
        return self._page(inbox_pages.found(self._transaction, page, wanted), practice)

    def _page(self, keys: Subquery, practice: str, *, falling: bool = True) -> list[InboxItem]:
        these = (delivery.c.practice == practice) & (delivery.c.id == keys.c.id)
        places = (keys.c.received_at, delivery.c.id)
        wanted = select_items(keys.join(delivery, these)).order_by(*(one.desc() if falling else one for one in places))
        return self._read(wanted, practice)

    @override
    def searched_until(
        self, practice: str, staff: str, wanted: DeliveryFilter, before: Position | None
    ) -> Position | None:
        return inbox_search.searched_until(self._transaction, PageRef(practice, staff, before, 1), wanted)

    @override
    def patients(self, practice: str, staff: str, before: Position | None, words: Sequence[str]) -> list[InboxPatient]:
        return inbox_search.patients(self._transaction, PageRef(practice, staff, before, 1), words)

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
        return next(iter(self._read(select_items().where(this), practice)), None)

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


def _fitting(practice: str, staff: str, wanted: InboxFilter) -> ColumnElement[bool]:
    fits = [_of(practice, staff)]
    if wanted.states is not None:
        fits.append(delivery.c.state.in_([state.value for state in wanted.states]))
    if wanted.owned:
        fits.append(conversation.c.owner == staff)
    if wanted.topic is not None:
        fits.append(conversation.c.topic == wanted.topic.value)
    if wanted.site is not None:
        fits.append(conversation.c.site == wanted.site)
    if wanted.priority is not None:
        fits.append(message.c.priority == wanted.priority.value)
    return and_(*fits)
