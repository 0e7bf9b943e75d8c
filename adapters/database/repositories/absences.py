"""Who is away."""

from sqlalchemy import delete, or_, select, update
from typing_extensions import override

from adapters.database.tables import absence as table
from adapters.database.transaction import Transaction
from router.ports.practice import Absences
from router.practice.availability import Absence


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
    def begun(self, limit: int) -> list[tuple[str, str]]:
        now = self._transaction.now()
        wanted = (
            select(table.c.practice, table.c.staff)
            .where(table.c.begins <= now, table.c.ends > now, table.c.cover.is_not(None))
            .where(or_(table.c.owned_moved_at.is_(None), table.c.owned_moved_at < table.c.begins))
            .order_by(table.c.practice, table.c.staff)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [(row.practice, row.staff) for row in self._transaction.execute(wanted)]

    @override
    def note_moved(self, practice: str, staff: str) -> None:
        this = (table.c.practice == practice) & (table.c.staff == staff)
        self._transaction.execute(update(table).where(this).values(owned_moved_at=self._transaction.now()))
