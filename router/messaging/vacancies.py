"""Duties that nobody present has: being on call, and reading what administrators are alerted of."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from router.messaging.settings import MessagingSettings
from router.messaging.snapshot import PracticeSnapshot
from router.practice.availability import Absence, Staffing, represent


class Duty(StrEnum):
    """What somebody of the staff should be there for."""

    ON_CALL = "on_call"
    ADMINISTRATORS = "administrators"


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A duty that nobody present has, and what that means."""

    duty: Duty
    message: str


NOBODY_ON_CALL = Vacancy(
    Duty.ON_CALL,
    "Nobody who is on call is present or covered: urgent messages wait until the practice opens, and patients are told "
    "so.",
)
ALL_AWAY = Vacancy(
    Duty.ADMINISTRATORS,
    "Every portal administrator is away: nobody present gets alerts and sees what is overdue. A cover gets messages, "
    "but doesn't become an administrator.",
)
NONE_LEFT = Vacancy(
    Duty.ADMINISTRATORS, "There is no active portal administrator: nobody gets alerts and sees what is overdue."
)


def vacancies(messaging: MessagingSettings, staffing: Staffing, at: datetime) -> tuple[Vacancy, ...]:
    """Every duty that nobody present has at this moment; nobody need be on call if nobody is named."""
    return tuple(_vacancies(messaging, staffing, at))


def _vacancies(messaging: MessagingSettings, staffing: Staffing, at: datetime) -> Iterator[Vacancy]:
    if messaging.on_call and not any(represent(staff, staffing, at).taken_by for staff in messaging.on_call):
        yield NOBODY_ON_CALL
    administrators = staffing.administrators()
    if not administrators:
        yield NONE_LEFT
    elif all(staffing.absence_of(staff, at) for staff in administrators):
        yield ALL_AWAY


def opened_by_change(before: PracticeSnapshot, after: PracticeSnapshot) -> tuple[Vacancy, ...]:
    """What nobody has after a change that somebody had before."""
    known = vacancies(before.messaging, before.staffing, before.at)
    return tuple(one for one in vacancies(after.messaging, after.staffing, after.at) if one not in known)


def opened_by_absence(practice: PracticeSnapshot, absence: Absence) -> tuple[Vacancy, ...]:
    """What an absence leaves without anybody at its beginning, or as others go away while it lasts."""
    others = {staff: one for staff, one in practice.staffing.absences.items() if staff != absence.staff}
    before = replace(practice.staffing, absences=others)
    after = replace(before, absences={**others, absence.staff: absence})
    begins = max(practice.at, absence.begins)
    moments = {begins, *(one.begins for one in others.values() if begins < one.begins < absence.ends)}
    found: dict[Vacancy, None] = {}
    for moment in sorted(moments):
        then = replace(practice, staffing=before, at=moment)
        found |= dict.fromkeys(opened_by_change(then, replace(then, staffing=after)))
    return tuple(found)
