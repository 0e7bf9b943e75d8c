"""What else a change does: what hung on people who leave, and the gaps that it opens."""

from collections.abc import Iterable

from pydantic import Field

from adapters.http.view import View
from router.coverage.departures import Departure, departure_in_words
from router.coverage.gaps import Gap, GapKind
from router.practice.topics import Topic


class GapView(View):
    """A topic that the catch-all, one person or nobody would own now."""

    site: str | None = Field(description="The id of the site; null: the practice's own set.")
    topic: Topic = Field(description="The topic.")
    kind: GapKind = Field(description="Who would own it.")
    owners: list[str] = Field(description="The ids of the staff who would own it.")
    patients_without_choice: int = Field(description="How many patients would be offered no choice of a provider.")
    message: str = Field(description="What that means, in words.")


class NamedInView(View):
    """A topic that names somebody who leaves."""

    site: str | None = Field(description="The id of the site; null: the practice's own set.")
    topic: Topic = Field(description="The topic.")
    ends_at_catch_all: bool = Field(description="Whether nobody else is named there, so that the catch-all gets it.")


class DepartureView(View):
    """Somebody who left, and what hung on them."""

    staff: str = Field(description="Their id.")
    name: str = Field(description="Their name.")
    named_in: list[NamedInView] = Field(description="The topics whose recipients name them.")
    catches_all: bool = Field(description="Whether the catch-all names them.")
    care_teams: int = Field(description="How many patients have them on their care team.")
    conversations: int = Field(description="How many conversations they owned.")
    deliveries: int = Field(description="How many of their deliveries were not done.")
    returned: int = Field(
        description="How many of these went to somebody else. The others are parked until somebody is active."
    )
    text: list[str] = Field(description="All of it in words, a sentence each.")

    @classmethod
    def of(cls, departure: Departure) -> "DepartureView":
        """Show what hung on one person."""
        return cls(
            staff=departure.staff,
            name=departure.name,
            named_in=[NamedInView.model_validate(rule) for rule in departure.named_in],
            catches_all=departure.catches_all,
            care_teams=departure.care_teams,
            conversations=departure.held.conversations,
            deliveries=departure.held.deliveries,
            returned=departure.held.returned,
            text=departure_in_words(departure),
        )


def show_gaps(gaps: Iterable[Gap]) -> list[GapView]:
    """The gaps, in their order."""
    return [GapView.model_validate(gap) for gap in gaps]
