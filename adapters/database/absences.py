"""Who is away."""

from sqlalchemy import delete

from adapters.database.session import Session
from adapters.database.tables import absence as table
from router.availability import Absence


class AbsenceRepository:
    """See router.repositories.Absences."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, practice: str, absence: Absence) -> None:
        """Set somebody's one absence, in place of the one they had."""
        row = {"staff": absence.staff, "begins": absence.begins, "ends": absence.ends, "cover": absence.cover}
        self._session.upsert(table, [{"practice": practice, **row}])

    def remove(self, practice: str, staff: str) -> bool:
        """Take an absence away; False when there was none."""
        removed = delete(table).where(table.c.practice == practice, table.c.staff == staff)
        return self._session.connection.execute(removed).rowcount > 0
