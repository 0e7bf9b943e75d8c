"""Notices for staff, by email where they have an address."""

from collections.abc import Iterable

from router.messages.notification import Notice
from router.ports.services import Ids
from router.practice.availability import Staffing


def notices_for(ids: Ids, staffing: Staffing, told: Iterable[str]) -> tuple[Notice, ...]:
    """A notice for each of these people; it is suppressed for those without an address."""
    return tuple(Notice(ids.new(), staff, has_address=bool(staffing.members[staff].email)) for staff in told)
