"""What is on record."""

from router.audit import Action, AuditRow
from tests.house import PRACTICE, House


def audit_of(house: House, action: Action, practice: str = PRACTICE) -> list[AuditRow]:
    """The rows of one act, oldest first."""
    with house.database.look() as work:
        rows = work.audit.rows(practice, None, 200)
    return [row for row in reversed(rows) if row.action == action]
