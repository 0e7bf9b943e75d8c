"""Members of staff as inboxes and threads name them."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from adapters.http.view import UtcTime, View
from router.messaging.snapshot import PracticeSnapshot
from router.practice.availability import represent


class PersonView(View):
    """A member of staff."""

    id: str = Field(description="The id of the member of staff.")
    name: str = Field(description="Their name.")

    @classmethod
    def of(cls, staff: str | None, names: Mapping[str, str]) -> "PersonView | None":
        """Show a member of staff; None where there is none."""
        return None if staff is None else cls(id=staff, name=names.get(staff, staff))


class AwayView(View):
    """Whether the colleague who got something is there."""

    away_until: UtcTime | None = Field(description="Until when the colleague is away; null: they are there.")
    covered_by: PersonView | None = Field(
        description="Who gets it in their place while they are away; null with `away_until` set: nobody covers."
    )


def away_fields(staff: str | None, snapshot: PracticeSnapshot) -> dict[str, Any]:
    """The fields of AwayView for a member of staff; null for nobody. `snapshot` is the practice as it is now."""
    staffing = snapshot.staffing
    absence = staffing.absence_of(staff, snapshot.at) if staff is not None else None
    if absence is None:
        return {"away_until": None, "covered_by": None}
    cover = represent(absence.staff, staffing, snapshot.at).taken_by
    return {"away_until": absence.ends, "covered_by": PersonView.of(cover, staffing.names)}
