"""Who can take a message now: active and not away, or represented by a cover."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from router.practice.people import Staff


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away from `begins` (inclusive) until `ends` (exclusive); `cover` stands in for them."""

    staff: str
    begins: datetime
    ends: datetime
    cover: str | None = None

    def in_force(self, at: datetime) -> bool:
        """Whether the person is away at this moment."""
        return self.begins <= at < self.ends


@dataclass(frozen=True, slots=True)
class Absentee:
    """Somebody who is away, with a cover."""

    practice: str
    staff: str


class Standing(StrEnum):
    """Why somebody can or can't take a message."""

    AVAILABLE = "available"
    COVERED = "covered"
    UNKNOWN = "unknown"
    INACTIVE = "inactive"
    AWAY_WITHOUT_COVER = "away_without_cover"
    COVER_INACTIVE = "cover_inactive"
    COVER_CIRCLE = "cover_circle"
    AWAY_BUT_ASKED = "away_but_asked"


@dataclass(frozen=True, slots=True)
class Considered:
    """A person who was considered: their standing, who takes the message instead, and the covers in between."""

    staff: str
    standing: Standing
    taken_by: str | None = None
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Staffing:
    """The staff of a practice and their absences, by staff id, as of one version of the roster."""

    members: Mapping[str, Staff]
    absences: Mapping[str, Absence]
    version: int = 0
    # Every form and many a message ask for them: they are looked for once, in the order of their ids.
    _administrators: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        administering = sorted(member.id for member in self.members.values() if member.administers)
        object.__setattr__(self, "_administrators", tuple(administering))

    @property
    def names(self) -> dict[str, str]:
        """The names by id, those who have left included."""
        return {member.id: member.name for member in self.members.values()}

    def is_active(self, staff: str) -> bool:
        """Whether this person is known and has not left."""
        member = self.members.get(staff)
        return member is not None and member.active

    def absence_of(self, staff: str, at: datetime) -> Absence | None:
        """The absence that is in force for this person, if any."""
        absence = self.absences.get(staff)
        return absence if absence is not None and absence.in_force(at) else None

    def administrators(self) -> tuple[str, ...]:
        """The active portal administrators, in the order of their ids."""
        return self._administrators


def represent(staff: str, staffing: Staffing, at: datetime) -> Considered:
    """Determine who takes this person's messages: they themselves, or the first available cover.

    People who have left have no cover. Covers of covers are followed, but never in a circle.
    """
    if staff not in staffing.members:
        return Considered(staff, Standing.UNKNOWN)
    if not staffing.is_active(staff):
        return Considered(staff, Standing.INACTIVE)
    covers: list[str] = []
    current = staff
    while (absence := staffing.absence_of(current, at)) is not None:
        if absence.cover is None:
            return Considered(staff, Standing.AWAY_WITHOUT_COVER, covers=tuple(covers))
        if absence.cover == staff or absence.cover in covers:
            return Considered(staff, Standing.COVER_CIRCLE, covers=tuple(covers))
        current = absence.cover
        covers.append(current)
        if not staffing.is_active(current):
            return Considered(staff, Standing.COVER_INACTIVE, covers=tuple(covers))
    standing = Standing.COVERED if covers else Standing.AVAILABLE
    return Considered(staff, standing, taken_by=current, covers=tuple(covers))


def insist(staff: str, staffing: Staffing, at: datetime) -> Considered:
    """Use this person if they are active, even if they are away: the rule of the last resort."""
    if staff not in staffing.members:
        return Considered(staff, Standing.UNKNOWN)
    if not staffing.is_active(staff):
        return Considered(staff, Standing.INACTIVE)
    away = staffing.absence_of(staff, at) is not None
    return Considered(staff, Standing.AWAY_BUT_ASKED if away else Standing.AVAILABLE, taken_by=staff)


def makes_circle(absence: Absence, absences: Mapping[str, Absence]) -> bool:
    """Whether at some moment the covers would lead back to the absent person."""
    begins, ends, cover = absence.begins, absence.ends, absence.cover
    seen: set[str] = set()
    while cover is not None and cover not in seen:
        if cover == absence.staff:
            return True
        seen.add(cover)
        following = absences.get(cover)
        if following is None:
            return False
        begins, ends = max(begins, following.begins), min(ends, following.ends)
        if begins >= ends:
            return False
        cover = following.cover
    return False
