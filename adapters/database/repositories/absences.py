"""Who is away."""

from sqlalchemy import delete

from adapters.database.tables import absence as table
from adapters.database.transaction import Transaction
from router.practice.availability import Absence


class AbsenceRepository:
    """See router.ports.practice.Absences."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def put(self, practice: str, absence: Absence) -> None:
        """Set somebody's one absence, in place of the one they had."""
        row = {"staff": absence.staff, "begins": absence.begins, "ends": absence.ends, "cover": absence.cover}
        self._transaction.upsert(table, [{"practice": practice, **row}])

    def remove(self, practice: str, staff: str) -> bool:
        """Take an absence away; False when there was none."""
        removed = delete(table).where(table.c.practice == practice, table.c.staff == staff)
        return self._transaction.execute(removed).rowcount > 0
