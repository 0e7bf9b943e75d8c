"""What a portal administrator sees around the settings: who is there, what was saved since, what needs a look."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from router.availability import Staffing
from router.distribution import Distribution
from router.errors import NotFound
from router.oversight import OVERDUE_AFTER, Unopened
from router.people import Practice, Site
from router.ports import Database, UnitOfWork
from router.records import DistributionVersion


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The settings in force and everything that they speak of, as of one moment."""

    practice: Practice
    current: Distribution
    staffing: Staffing
    sites: Mapping[str, Site]
    at: datetime

    @property
    def visible_sites(self) -> list[Site]:
        """The sites that are not hidden, by name."""
        return sorted((one for one in self.sites.values() if not one.hidden), key=lambda one: (one.name, one.id))

    def name_of(self, staff: str) -> str:
        """The name of a member of staff, or the id of somebody unknown."""
        member = self.staffing.members.get(staff)
        return member.name if member else staff


@dataclass(frozen=True, slots=True)
class NeedsALook:
    """Counts of what was not opened in time, who can't be told of messages, and whose notifications are parked."""

    unopened: tuple[Unopened, ...]
    without_address: tuple[str, ...]
    refused: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Oversee:
    """Looks at a practice; stores nothing."""

    database: Database

    def surroundings(self, practice: str) -> Surroundings:
        """What the settings speak of."""
        with self.database.look() as work:
            tenant = _tenant(work, practice)
            current = work.distributions.current(tenant)
            return Surroundings(tenant, current, work.rosters.staffing(tenant), work.rosters.sites(tenant), work.now)

    def saved_since(self, practice: str, version: int) -> tuple[Distribution, list[DistributionVersion]]:
        """The settings at a version (0: as they are made), and the versions saved since, newest first."""
        with self.database.look() as work:
            found = work.distributions.version(practice, version)
            since = work.distributions.versions(practice, None, 50)
        return found[1] if found else Distribution(), [one for one in since if one.version > version]

    def patient(self, practice: str, text: str) -> str:
        """The id of the patient whom somebody names by record number or by id; what is neither comes back as it is."""
        with self.database.look() as work:
            if work.rosters.patients(practice, [text]):
                return text
            return work.oversight.with_record_number(practice, text) or text

    def needs_a_look(self, practice: str) -> NeedsALook:
        """What nobody opened in time, and which addresses don't work."""
        with self.database.look() as work:
            unopened = work.oversight.unopened(practice, work.now - OVERDUE_AFTER)
            unreachable = _without_address(work, _tenant(work, practice))
            return NeedsALook(tuple(unopened), unreachable, work.oversight.refused(practice))


def _tenant(work: UnitOfWork, practice: str) -> Practice:
    tenant = work.practices.get(practice)
    if tenant is None:
        raise NotFound.at("practice", "is not known")
    return tenant


def _without_address(work: UnitOfWork, tenant: Practice) -> tuple[str, ...]:
    """Active staff without an email address whom messages can reach: recipients, the catch-all, and care teams."""
    staffing, current = work.rosters.staffing(tenant), work.distributions.current(tenant)
    silent = {one.id for one in staffing.members.values() if one.active and one.email is None}
    if not silent:
        return ()
    named = {staff for _, _, topics in current.sets() for one in topics.topics.values() for staff in one.recipients}
    named.update(current.catch_all or staffing.administrators())
    reached = silent & named | work.oversight.in_care_teams(tenant.id, silent - named)
    return tuple(sorted(reached, key=lambda one: (staffing.members[one].name, one)))
