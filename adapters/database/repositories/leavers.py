"""Unfinished deliveries of people who have left."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select
from typing_extensions import override

from adapters.database.materialized import found_by_itself
from adapters.database.repositories.undone_deliveries import COLUMNS, UNDONE, read_undone
from adapters.database.tables import delivery, leaver_return, message, staff
from adapters.database.transaction import Transaction
from router.messages.hand_overs import UndoneDelivery
from router.ports.leavers import Leavers


class LeaverRepository(Leavers):
    """See router.ports.leavers.Leavers."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def undone(self, practice: str, after: UUID | None, limit: int) -> list[UndoneDelivery]:
        theirs = (delivery.c.practice == staff.c.practice) & (delivery.c.staff == staff.c.id)
        gone = (staff.c.practice == practice) & staff.c.active.is_(False)
        some = select(delivery.c.practice, delivery.c.id).select_from(staff.join(delivery, theirs)).where(gone)
        some = some.where(delivery.c.state.in_(UNDONE))
        if after is not None:
            some = some.where(delivery.c.id > after)
        # Found before they are ordered: in the order of the key, all deliveries of the practice may be read for them.
        every = found_by_itself(some, "undone")
        # Messages are looked up only for those that are taken, however many there are.
        taken = select(every).order_by(every.c.id).limit(limit).subquery()
        same = (delivery.c.practice == taken.c.practice) & (delivery.c.id == taken.c.id)
        found: Select[Any] = select(*COLUMNS).select_from(taken.join(delivery, same).join(message))
        rows = self._transaction.execute(found.order_by(delivery.c.id))
        return [read_undone(row) for row in rows]

    @override
    def note(self, practice: str, after: UUID | None) -> None:
        if after is None:
            self._transaction.execute(delete(leaver_return).where(leaver_return.c.practice == practice))
        else:
            self._transaction.upsert(leaver_return, [{"practice": practice, "after": after}])

    @override
    def noted(self) -> list[str]:
        rows = self._transaction.execute(select(leaver_return.c.practice).order_by(leaver_return.c.practice))
        return list(rows.scalars())

    @override
    def take(self, practice: str) -> UUID | None:
        its = select(leaver_return.c.after).where(leaver_return.c.practice == practice)
        return self._transaction.execute(its.with_for_update(skip_locked=True)).scalar_one_or_none()
