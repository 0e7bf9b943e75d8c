"""What else a change does: what hung on people who leave, and the gaps that it opens."""

from collections.abc import Iterable

from typing_extensions import TypedDict

from router.coverage.departures import Departure, departure_in_words
from router.coverage.gaps import Gap


class GapShape(TypedDict):
    """A topic at a site (null: the practice's set) that the catch-all, one person or nobody would own now."""

    site: str | None
    topic: str
    kind: str
    owners: list[str]
    patients_without_choice: int
    message: str


class NamedInShape(TypedDict):
    """A topic that names the leaver, at a site or in the practice's set (null)."""

    site: str | None
    topic: str
    ends_at_catch_all: bool


class DepartureShape(TypedDict):
    """Somebody who left, and what hung on them.

    `care_teams` counts patients, `conversations` what they owned. Of the `deliveries` that they had not done,
    `returned` found somebody else; the others stay with them, parked in sight, until somebody is active. `text` says
    all of it in words, a sentence each.
    """

    staff: str
    name: str
    named_in: list[NamedInShape]
    catches_all: bool
    care_teams: int
    conversations: int
    deliveries: int
    returned: int
    text: list[str]


def render_gaps(gaps: Iterable[Gap]) -> list[GapShape]:
    """The gaps as they are answered."""
    return [
        GapShape(
            site=gap.site,
            topic=gap.topic.value,
            kind=gap.kind.value,
            owners=list(gap.owners),
            patients_without_choice=gap.patients_without_choice,
            message=gap.message,
        )
        for gap in gaps
    ]


def render_departures(departures: Iterable[Departure]) -> list[DepartureShape]:
    """What hung on leavers, as it is answered."""
    return [
        DepartureShape(
            staff=one.staff,
            name=one.name,
            named_in=[
                NamedInShape(site=rule.site, topic=rule.topic.value, ends_at_catch_all=rule.ends_at_catch_all)
                for rule in one.named_in
            ],
            catches_all=one.catches_all,
            care_teams=one.care_teams,
            conversations=one.held.conversations,
            deliveries=one.held.deliveries,
            returned=one.held.returned,
            text=departure_in_words(one),
        )
        for one in departures
    ]
