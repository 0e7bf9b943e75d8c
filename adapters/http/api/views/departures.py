"""The side effects of a change: what depended on people who leave, and the gaps that it opens."""

from collections.abc import Iterable

from pydantic import Field

from adapters.http.view import View
from router.coverage.departures import Departure, departure_in_words
from router.coverage.gaps import Gap, GapKind
from router.messaging.vacancies import Duty, Vacancy
from router.practice.topics import Topic


class GapView(View):
    """A topic whose messages would now go to the catch-all, to one person or to nobody."""

    site: str | None = Field(description="The id of the site; null: the practice's own set.")
    topic: Topic = Field(description="The topic.")
    kind: GapKind = Field(description="Who would get its messages.")
    owners: list[str] = Field(description="The ids of the staff who would get its messages.")
    patients_without_choice: int = Field(description="How many patients couldn't choose a provider.")
    message: str = Field(description="The meaning, in words.")


class VacancyView(View):
    """A duty that nobody present has."""

    duty: Duty = Field(description="The duty.")
    message: str = Field(description="The meaning, in words.")


class NamedInView(View):
    """A topic of which they were a recipient."""

    site: str | None = Field(description="The id of the site; null: the practice's own set.")
    topic: Topic = Field(description="The topic.")
    ends_at_catch_all: bool = Field(
        description="Whether it has no other active recipient, so that the catch-all gets its messages."
    )


class DepartureView(View):
    """Somebody who left, and what depended on them."""

    staff: str = Field(description="Their id.")
    name: str = Field(description="Their name.")
    named_in: list[NamedInView] = Field(description="The topics that had them as a recipient.")
    catches_all: bool = Field(description="Whether they were on the catch-all.")
    on_call: bool = Field(description="Whether they were on call.")
    vacancies: list[VacancyView] = Field(description="The duties of theirs that nobody present has now.")
    care_teams: int = Field(description="How many patients have them on their care team.")
    conversations: int = Field(description="How many conversations they owned.")
    deliveries: int = Field(description="How many of their deliveries were not done.")
    returned: int = Field(
        description="How many of these went to somebody else at once. What nobody can take is parked until somebody is "
        "active again."
    )
    more_follow: bool = Field(description="Whether others of these are being routed again in the next minutes.")
    text: list[str] = Field(description="All of this in words, a list of sentences.")

    @classmethod
    def of(cls, departure: Departure) -> "DepartureView":
        """Show what hung on one person."""
        return cls(
            staff=departure.staff,
            name=departure.name,
            named_in=[NamedInView.model_validate(rule) for rule in departure.named_in],
            catches_all=departure.catches_all,
            on_call=departure.on_call,
            vacancies=show_vacancies(departure.vacancies),
            care_teams=departure.care_teams,
            conversations=departure.held.conversations,
            deliveries=departure.held.deliveries,
            returned=departure.held.returned,
            more_follow=departure.held.more_follow,
            text=departure_in_words(departure),
        )


def show_gaps(gaps: Iterable[Gap]) -> list[GapView]:
    """The gaps, in their order."""
    return [GapView.model_validate(gap) for gap in gaps]


def show_vacancies(vacancies: Iterable[Vacancy]) -> list[VacancyView]:
    """The vacancies, in their order."""
    return [VacancyView.model_validate(vacancy) for vacancy in vacancies]
