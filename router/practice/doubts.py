"""What couldn't be read from a roster's source, so that a faulty record doesn't make anybody lose anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from router.practice.people import AuthorizedUser, CareTeamMember, Role


class RecordKind(StrEnum):
    """The kinds of records of a roster, named as in its document."""

    SITES = "sites"
    STAFF = "staff"
    PATIENTS = "patients"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The access that a record removes although the record as a whole could not be read.

    None, False and empty mean that it removes nothing of that kind.
    """

    kind: RecordKind
    id: str
    inactive: bool = False
    roles: frozenset[Role] | None = None
    """Staff: the only roles that they may keep."""
    replaced_by: str | None = None
    """Patients: the chart that theirs was merged into."""
    users: tuple[AuthorizedUser, ...] | None = None
    """Patients: the only authorized users that they may keep, with the most that each may do and until when."""
    file: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Doubts:
    """Where a source is in doubt, so that stored data stays unchanged.

    Every set and mapping is by the id of the person or place.
    """

    staying: Mapping[RecordKind, frozenset[str]] = field(default_factory=dict)
    """Records that the source names but that can't be taken: they are not absent."""
    anybody: frozenset[RecordKind] = frozenset()
    """Kinds of which a part of the source couldn't be read: who isn't named may be in it, so nobody is absent."""
    site_fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Fields of sites that stay as they are where the site is known."""
    staff_fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Likewise of staff."""
    patient_fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Likewise of patients."""
    teams: frozenset[str] = frozenset()
    """Patients whose care team was read in part: nobody leaves it but those in `left`."""
    every_team: bool = False
    """A part of the source that couldn't be read may be about any care team."""
    left: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Who has left a patient's care team for certain."""
    members: Mapping[str, tuple[CareTeamMember, ...]] = field(default_factory=dict)
    """Members of a patient's care team whose own record can't be taken: they count if the practice knows them."""
    closed: frozenset[str] = frozenset()
    """Places that are no sites any more: where the practice knows them, they are hidden."""
    narrowed: tuple[Narrowing, ...] = ()
    is_strict: bool = False
    """What would be left out is refused instead."""
