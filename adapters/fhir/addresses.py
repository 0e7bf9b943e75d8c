"""The one email address of a person, out of all the ways to reach them.

ContactPoint is that of https://hl7.org/fhir/R4/datatypes.html#ContactPoint; addresses that US Core marks as Direct
count as email.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from adapters.fhir.resources import ContactPoint
from router.practice.email_addresses import cleaned_address, doubt_about, problem_with_address

UNUSABLE = "has an email address that can't be used"


@dataclass(frozen=True, slots=True)
class Choice:
    """The address, if there is one; whether another can't be used, and why this one may reach nobody, in words."""

    email: str | None
    passed_over: bool
    doubt: str | None = None


def choose(points: Iterable[ContactPoint], use: str, now: datetime) -> Choice:
    """Choose among the current addresses: those of the preferred use first, then by rank, ordinary before Direct."""
    current = [point for point in points if _is_email(point) and not _is_over(point, now)]
    current.sort(key=lambda point: (point.use != use, point.rank or sys.maxsize, point.is_direct))
    emails = [cleaned_address(point.value or "") for point in current]
    usable = [email for email in emails if problem_with_address(email) is None]
    # One that may reach nobody is taken where there is no other.
    chosen = min(usable, key=lambda email: doubt_about(email) is not None, default=None)
    return Choice(chosen, passed_over=len(usable) < len(emails), doubt=doubt_about(chosen) if chosen else None)


def _is_email(point: ContactPoint) -> bool:
    return bool(point.value) and (point.system == "email" or point.is_direct)


def _is_over(point: ContactPoint, now: datetime) -> bool:
    # Whether one is current whose period can't be read isn't known.
    return point.use == "old" or point.period.has_fault or not point.period.is_current(now)
