"""Who is away."""

from sqlalchemy import delete
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
