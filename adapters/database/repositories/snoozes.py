"""What is put off, and the lists of what sleeps and of what has come back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, delete, func, literal, or_, select, tuple_
from typing_extensions import override

from adapters.database.materialized import looked_up
from adapters.database.tables import delivery, snooze
from adapters.database.transaction import Transaction
from adapters.database.types import Moment
from router.messages.states import DeliveryState
from router.paging import Position
from router.ports.snoozes import Snoozes

READ = delivery.c.state == DeliveryState.READ.value


class SnoozeRepository(Snoozes):
    """See router.ports.snoozes.Snoozes."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def put(self, practice: str, delivery_id: UUID, staff: str, until: datetime) -> None:
        new = self._transaction.new_in(snooze).values(practice=practice, delivery=delivery_id, staff=staff, until=until)
        changed = new.on_conflict_do_update(index_elements=["practice", "delivery"], set_={"until": until})
        self._transaction.execute(changed)

    @override
    def remove(self, practice: str, delivery_id: UUID) -> None:
        this = (snooze.c.practice == practice) & (snooze.c.delivery == delivery_id)
        self._transaction.execute(delete(snooze).where(this))

    @override
    def returned(self, practice: str, staff_ids: Sequence[str]) -> dict[str, datetime]:
        theirs = (snooze.c.practice == practice) & self._transaction.one_of(snooze.c.staff, staff_ids)
        last = select(snooze.c.staff, func.max(snooze.c.until)).where(theirs, snooze.c.until <= self._transaction.now())
        return {row[0]: row[1] for row in self._transaction.execute(last.group_by(snooze.c.staff))}


def is_put_off(until_after: datetime | None = None) -> ColumnElement[bool]:
    """Whether a delivery is put off, or sleeps still at this moment."""
    its = (snooze.c.practice == delivery.c.practice) & (snooze.c.delivery == delivery.c.id)
    if until_after is not None:
        its &= snooze.c.until > until_after
    return looked_up(select(snooze.c.delivery).where(its).correlate(delivery))


def is_awake(now: datetime) -> ColumnElement[bool]:
    """Whether a delivery stands in the open list."""
    return or_(delivery.c.state != DeliveryState.READ.value, ~is_put_off(now))


def put_off(practice: str, staff: str, now: datetime, *, returned: bool) -> Select[Any]:
    """What has come back to this person, or sleeps still, with the moment of coming back as `received_at`."""
    theirs = (snooze.c.practice == practice) & (snooze.c.staff == staff) & READ
    moment = snooze.c.until <= now if returned else snooze.c.until > now
    wanted = select(delivery.c.id, snooze.c.until.label("received_at")).select_from(snooze.join(delivery))
    return wanted.where(theirs, moment)


def from_position(wanted: Select[Any], position: Position | None, limit: int, *, falling: bool) -> Select[Any]:
    """Those of `put_off` beyond a position, in an order."""
    place = tuple_(snooze.c.until, delivery.c.id)
    if position is not None:
        at = tuple_(literal(position[0], Moment), literal(position[1], Uuid))
        wanted = wanted.where(place < at if falling else place > at)
    ordered = (snooze.c.until.desc(), delivery.c.id.desc()) if falling else (snooze.c.until, delivery.c.id)
    return wanted.order_by(*ordered).limit(limit)
