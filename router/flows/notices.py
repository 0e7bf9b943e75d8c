"""Notices for staff, by email where they have an address."""

from uuid import UUID

from router.messages.notification import Notice
from router.ports.services import Ids
from router.practice.availability import Staffing


def notice_for(ids: Ids, staffing: Staffing, staff: str, message: UUID | None = None) -> Notice:
    """A notice for this person, about the message if there is one; it is suppressed for who has no address."""
    return Notice(ids.new(), staff, has_address=bool(staffing.members[staff].email), message=message)
