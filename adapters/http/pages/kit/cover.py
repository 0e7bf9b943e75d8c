"""Who gets the messages of somebody who is away: their cover, who represents that one, or nobody."""

from dataclasses import dataclass

from router.messaging.snapshot import PracticeSnapshot
from router.practice.availability import Absence, Standing, represent


@dataclass(frozen=True, slots=True)
class CoverView:
    """The cover that was named, who gets the messages in fact, and why that is somebody else; each empty for none."""

    named: str = ""
    taker: str = ""
    why: str = ""


def cover_of(absence: Absence, snapshot: PracticeSnapshot) -> CoverView:
    """Who represents somebody now or, before they are away, when that begins."""
    if absence.cover is None:
        return CoverView()
    found = represent(absence.staff, snapshot.staffing, max(snapshot.at, absence.begins))
    named, taker = (snapshot.name_of(staff) if staff else "" for staff in (absence.cover, found.taken_by))
    why = f"{named} is away at the same time"
    if found.taken_by == absence.cover:
        why = ""
    elif not snapshot.staffing.is_active(absence.cover):
        why = f"{named} has left"
    elif found.standing is Standing.AWAY_WITHOUT_COVER:
        why += ", without anybody to cover"
    elif found.standing is Standing.COVER_INACTIVE:
        why += f", and {snapshot.name_of(found.covers[-1])} has left"
    elif found.standing is Standing.COVER_CIRCLE:
        why += ", and the covers form a circle"
    return CoverView(named, taker, why)
