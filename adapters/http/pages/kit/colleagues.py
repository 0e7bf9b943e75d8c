"""The colleagues whom a field offers, and what is to be known of those who are away."""

from dataclasses import dataclass

from adapters.http.pages.kit.cover import cover_of
from adapters.http.pages.kit.render import when
from adapters.http.pages.kit.staff_search import labels_of
from router.messaging.snapshot import PracticeSnapshot


@dataclass(frozen=True, slots=True)
class AwayView:
    """Until when somebody is away, in words, and who covers for them; `taker` is empty for nobody."""

    name: str
    until: str
    taker: str

    @property
    def note(self) -> str:
        """What stands beside the name."""
        cover = f"covered by {self.taker}" if self.taker else "nobody covers"
        return f"away until {self.until}, {cover}"

    @property
    def sentence(self) -> str:
        """The same where it stands alone."""
        cover = f"{self.taker} covers" if self.taker else "nobody covers"
        return f"{self.name} is away until {self.until}, and {cover}."


def away_view(staff: str, snapshot: PracticeSnapshot) -> AwayView | None:
    """What is to be known of somebody who is away; None for who is there."""
    absence = snapshot.staffing.absence_of(staff, snapshot.at)
    if absence is None:
        return None
    taker = cover_of(absence, snapshot).taker
    return AwayView(snapshot.name_of(staff), when(absence.ends, snapshot.practice), taker)


def colleagues_of(snapshot: PracticeSnapshot, without: str = "") -> list[tuple[str, str]]:
    """Everybody who is active but `without`, as a field offers them: by label, with a note for who is away."""
    members = snapshot.staffing.members
    labels = labels_of(members)
    others = (member.id for member in members.values() if member.active and member.id != without)
    return sorted((labels[staff], _note(staff, snapshot)) for staff in others)


def _note(staff: str, snapshot: PracticeSnapshot) -> str:
    away = away_view(staff, snapshot)
    return away.note if away else ""
