"""The one email address of a person, out of all the ways to reach them.

ContactPoint is that of https://hl7.org/fhir/R4/datatypes.html#ContactPoint; addresses that US Core marks as Direct
count as email.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from adapters.fhir.datatypes import ContactPoint
from adapters.fhir.entries import Entry, Fault
from adapters.fhir.report import Report
from adapters.fhir.resources import Resource
from router.practice.email_addresses import address_repairs, cleaned_address, doubt_about, problem_with_address

UNUSABLE = "has an email address that can't be used"


@dataclass(frozen=True, slots=True)
class Choice:
    """The address, if there is one; whether another can't be used, and why this one may reach nobody, in words."""

    email: str | None
    passed_over: bool
    doubt: str | None = None
    repairs: tuple[str, ...] = ()
    """What was put right in the address, in words."""


def choose(points: Iterable[ContactPoint], use: str, now: datetime) -> Choice:
    """Choose among the current addresses: those of the preferred use first, then by rank, ordinary before Direct."""
    current = [point for point in points if _is_email(point) and not _is_over(point, now)]
    current.sort(key=lambda point: (point.use != use, point.rank or sys.maxsize, point.is_direct))
    emails = [(cleaned_address(point.value or ""), point.value or "") for point in current]
    usable = [email for email in emails if problem_with_address(email[0]) is None]
    passed_over = len(usable) < len(emails)
    if not usable:
        return Choice(None, passed_over)
    # One that may reach nobody is taken where there is no other.
    chosen, written = min(usable, key=lambda email: doubt_about(email[0]) is not None)
    return Choice(chosen, passed_over, doubt_about(chosen), address_repairs(written))


def chosen_for(
    report: Report, entry: Entry[Resource], points: Iterable[ContactPoint], use: str, now: datetime
) -> Choice:
    """Choose, and report what is wrong with the addresses."""
    choice = choose(points, use, now)
    if choice.passed_over:
        report.warn(entry, UNUSABLE, "telecom")
    for repair in choice.repairs:
        report.fault(entry, Fault("telecom", repair, is_mended=True))
    if choice.doubt:
        report.remark(entry, f"has an email address that {choice.doubt}", "telecom")
    return choice


def _is_email(point: ContactPoint) -> bool:
    return bool(point.value) and (point.system == "email" or point.is_direct)


def _is_over(point: ContactPoint, now: datetime) -> bool:
    # Whether one is current whose period can't be read isn't known.
    return point.use == "old" or point.period.has_fault or not point.period.is_current(now)
