"""The people and places of a practice: sites, staff, patients, care teams and authorized users."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from router.practice.writing_stop import WritingStop


class Role(StrEnum):
    """What a member of staff may do besides having an inbox."""

    STAFF = "staff"
    PORTAL_ADMIN = "portal_admin"


class Permission(StrEnum):
    """What the patient lets an authorized user do."""

    READ = "messages:read"
    WRITE = "messages:write"


@dataclass(frozen=True, slots=True)
class Practice:
    """The tenant; the versions count every change of its roster (absences included) and of its distribution."""

    id: str
    name: str
    time_zone: str
    roster_version: int = 0
    distribution_version: int = 0


@dataclass(frozen=True, slots=True)
class Site:
    """A location of the practice; a hidden site is not offered any more, its history stays."""

    id: str
    name: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Staff:
    """A user of the practice who can have an inbox."""

    id: str
    name: str
    email: str | None = None
    title: str | None = None
    roles: frozenset[Role] = frozenset({Role.STAFF})
    active: bool = True

    @property
    def administers(self) -> bool:
        """Whether this is an active portal administrator."""
        return self.active and Role.PORTAL_ADMIN in self.roles


@dataclass(frozen=True, slots=True)
class CareTeamMember:
    """One line of the Demographics tab: somebody who cares for the patient, and as what."""

    staff: str
    role: str


@dataclass(frozen=True, slots=True)
class AuthorizedUser:
    """Somebody the patient lets act for them. The repr, which may end up in a log, shows only the id.

    `until` is when their access ends; None: it doesn't end.
    """

    id: str
    name: str = field(repr=False)
    email: str | None = field(default=None, repr=False)
    notify: bool = False
    permissions: frozenset[Permission] = frozenset()
    until: datetime | None = None

    @property
    def may_read(self) -> bool:
        """Whether the patient lets them read messages."""
        return Permission.READ in self.permissions


@dataclass(frozen=True, slots=True)
class Patient:
    """The parts of a patient's chart that messages need. The repr, which may end up in a log, shows only the id.

    `replaced_by` is the chart that this one was merged into: nothing more is written in this one, and its
    conversations can be read from the other one.
    """

    id: str
    name: str = field(repr=False)
    birth_date: date | None = field(default=None, repr=False)
    record_number: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    notify: bool = False
    home_site: str | None = None
    sites: tuple[str, ...] = ()
    active: bool = True
    care_team: tuple[CareTeamMember, ...] = ()
    authorized_users: tuple[AuthorizedUser, ...] = ()
    replaced_by: str | None = None
    # Set by the practice, not by rosters; it applies to the patient's authorized users as well.
    stop: WritingStop | None = None

    @property
    def takes_messages(self) -> bool:
        """Whether anything may be written in this chart: it is active, and wasn't merged into another one."""
        return self.active and self.replaced_by is None

    def at(self, moment: datetime) -> "Patient":
        """The chart with only those authorized users whose time has not ended."""
        if all(user.until is None or user.until > moment for user in self.authorized_users):
            return self
        users = tuple(user for user in self.authorized_users if user.until is None or user.until > moment)
        return replace(self, authorized_users=users)

    def authorized_user(self, user: str) -> AuthorizedUser | None:
        """The authorized user with this id, if the patient has one."""
        return next((one for one in self.authorized_users if one.id == user), None)


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody and every place of a practice, by id."""

    sites: Mapping[str, Site]
    staff: Mapping[str, Staff]
    patients: Mapping[str, Patient]
