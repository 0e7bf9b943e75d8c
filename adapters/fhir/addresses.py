"""The one email address of a person, out of all the ways to reach them.

ContactPoint is that of https://hl7.org/fhir/R4/datatypes.html#ContactPoint; addresses that US Core marks as Direct
count as email.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from adapters.fhir.resources import ContactPoint
from router.practice.roster_rules import is_email

UNUSABLE = "has an email address that can't be used"


@dataclass(frozen=True, slots=True)
class Choice:
    """The address, if there is one, and whether an email was passed over because it is no address."""

    email: str | None
    passed_over: bool


def choose(points: Iterable[ContactPoint], use: str, now: datetime) -> Choice:
    """Choose among the current addresses: those of the preferred use first, then by rank, ordinary before Direct."""
    current = [point for point in points if _is_email(point) and not _is_over(point, now)]
    current.sort(key=lambda point: (point.use != use, point.rank or sys.maxsize, point.is_direct))
    emails = [cleaned(point.value or "") for point in current]
    usable = [email for email in emails if is_email(email)]
    return Choice(usable[0] if usable else None, passed_over=len(usable) < len(emails))


def cleaned(value: str) -> str:
    """An email address without what stands around it in an export."""
    return value.strip().removeprefix("mailto:")


def _is_email(point: ContactPoint) -> bool:
    return bool(point.value) and (point.system == "email" or point.is_direct)


def _is_over(point: ContactPoint, now: datetime) -> bool:
    return point.use == "old" or not point.period.is_current(now)
