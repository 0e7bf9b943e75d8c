"""Who is away."""

from sqlalchemy import ColumnElement, delete, select, tuple_, update
from typing_extensions import override

from adapters.database.tables import absence as table
from adapters.database.tables import delivery
from adapters.database.transaction import Transaction
from router.messages.states import DeliveryState
from router.ports.practice import Absences
from router.practice.availability import Absence, Absentee


class AbsenceRepository(Absences):
    """See router.ports.practice.Absences."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def put(self, practice: str, absence: Absence) -> None:
        row = {"staff": absence.staff, "begins": absence.begins, "ends": absence.ends, "cover": absence.cover}
        self._transaction.upsert(table, [{"practice": practice, **row}])

    @override
    def remove(self, practice: str, staff: str) -> bool:
        removed = delete(table).where(table.c.practice == practice, table.c.staff == staff)
        return self._transaction.execute(removed).rowcount > 0

    @override
    def with_unread(self, limit: int, after: Absentee | None = None) -> list[Absentee]:
        theirs = (delivery.c.practice == table.c.practice) & (delivery.c.staff == table.c.staff)
        unread = select(1).where(theirs, delivery.c.state == DeliveryState.UNREAD.value)
        return self._covered(unread.exists(), limit, after)

    @override
    def begun(self, limit: int, after: Absentee | None = None) -> list[Absentee]:
        not_moved = table.c.owned_moved_at.is_(None) | (table.c.owned_moved_at < table.c.begins)
        return self._covered(not_moved, limit, after)

    @override
    def note_moved(self, absentee: Absentee) -> None:
        this = (table.c.practice == absentee.practice) & (table.c.staff == absentee.staff)
        self._transaction.execute(update(table).where(this).values(owned_moved_at=self._transaction.now()))

    def _covered(self, such: ColumnElement[bool], limit: int, after: Absentee | None) -> list[Absentee]:
        now = self._transaction.now()
        away = (table.c.begins <= now) & (table.c.ends > now) & table.c.cover.is_not(None)
        wanted = select(table.c.practice, table.c.staff).where(away, such)
        if after is not None:
            wanted = wanted.where(tuple_(table.c.practice, table.c.staff) > (after.practice, after.staff))
        some = wanted.order_by(table.c.practice, table.c.staff).limit(limit)
        return [Absentee(row.practice, row.staff) for row in self._transaction.execute(some)]
