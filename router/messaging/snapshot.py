"""A practice as of one moment: what forms, gaps and settings pages are made from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from router.messaging.settings import MessagingSettings
from router.practice.availability import Staffing
from router.practice.people import Practice, Site, Staff


@dataclass(frozen=True, slots=True)
class PracticeSnapshot:
    """The practice with its messaging settings, staff and sites, hidden ones included, as of `at` (UTC)."""

    practice: Practice
    messaging: MessagingSettings
    staffing: Staffing
    sites: Mapping[str, Site]
    at: datetime

    def with_changes(self, staff: Iterable[Staff], sites: Iterable[Site] = ()) -> "PracticeSnapshot":
        """The practice with these members of staff and sites added or replaced, by id."""
        members = {**self.staffing.members, **{member.id: member for member in staff}}
        places = {**self.sites, **{site.id: site for site in sites}}
        return replace(self, staffing=replace(self.staffing, members=members), sites=places)

    @property
    def visible_sites(self) -> list[Site]:
        """The sites that are not hidden, by name."""
        return sorted((site for site in self.sites.values() if not site.hidden), key=lambda site: (site.name, site.id))

    def name_of(self, staff: str) -> str:
        """The name of a member of staff, or the id where there is no such member."""
        member = self.staffing.members.get(staff)
        return member.name if member else staff
