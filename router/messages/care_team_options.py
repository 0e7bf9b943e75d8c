"""The members of a patient's care team whom the patient may choose."""

from dataclasses import dataclass
from datetime import datetime

from router.practice.availability import Staffing, represent
from router.practice.people import Patient


@dataclass(frozen=True, slots=True)
class Option:
    """A member of the care team whom the patient may choose."""

    id: str
    name: str
    role: str
    away_until: datetime | None = None
    covered_by: str | None = None


def options(patient: Patient, staffing: Staffing, at: datetime) -> tuple[Option, ...]:
    """The active members of the care team, in its order, with absence and cover where they apply."""
    return tuple(
        _option(member.staff, member.role, staffing, at)
        for member in patient.care_team
        if staffing.is_active(member.staff)
    )


def _option(staff: str, role: str, staffing: Staffing, at: datetime) -> Option:
    absence = staffing.absence_of(staff, at)
    taken_by = represent(staff, staffing, at).taken_by
    covered_by = staffing.members[taken_by].name if absence and taken_by else None
    return Option(staff, staffing.members[staff].name, role, absence.ends if absence else None, covered_by)
