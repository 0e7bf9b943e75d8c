"""What depends on people who leave."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from router.coverage.gaps import Gap
from router.messaging.snapshot import PracticeSnapshot
from router.messaging.vacancies import Duty, Vacancy, vacancies
from router.practice.people import Patient, Role, Staff
from router.practice.topics import Topic


@dataclass(frozen=True, slots=True)
class NamedIn:
    """A topic with a leaver as recipient, in a site's set or the practice's (None); `place` is the site's name.

    `ends_at_catch_all`: it has no other active recipient, so the cascade continues to the catch-all.
    """

    site: str | None
    place: str
    topic: Topic
    ends_at_catch_all: bool


@dataclass(frozen=True, slots=True)
class HeldWork:
    """How many conversations somebody owns, and how many of their deliveries aren't done.

    `returned` of these found a new recipient when they left. If `more_follow`, others are routed again after that.
    What nobody can take stays with them, listed as parked, until somebody is active.
    """

    conversations: int = 0
    deliveries: int = 0
    returned: int = 0
    more_follow: bool = False


@dataclass(frozen=True, slots=True)
class Departure:
    """Somebody who leaves, and what depended on them.

    `care_teams` counts the active patients whose care team names them.
    """

    staff: str
    name: str
    named_in: tuple[NamedIn, ...]
    catches_all: bool
    care_teams: int
    held: HeldWork
    # Whether they were on call, and the duties of theirs that nobody present has now.
    on_call: bool = False
    vacancies: tuple[Vacancy, ...] = ()


@dataclass(frozen=True, slots=True)
class Impact:
    """The side effects of a change: who leaves and what depended on them, the gaps and the vacancies that it opens."""

    departures: tuple[Departure, ...] = ()
    gaps: tuple[Gap, ...] = ()
    vacancies: tuple[Vacancy, ...] = ()


def departures(
    leavers: Sequence[Staff], after: PracticeSnapshot, care_teams: Mapping[str, int], held: Mapping[str, HeldWork]
) -> tuple[Departure, ...]:
    """What depended on each leaver; `after` is the practice after the change.

    `care_teams` is the number of active patients with each of them on the care team; people without any are left out.
    """
    vacant = vacancies(after.messaging, after.staffing, after.at)
    return tuple(
        Departure(
            leaver.id,
            leaver.name,
            tuple(_named_in(leaver.id, after)),
            leaver.id in after.messaging.catch_all,
            care_teams.get(leaver.id, 0),
            held.get(leaver.id, HeldWork()),
            leaver.id in after.messaging.on_call,
            tuple(one for one in vacant if one.duty in _duties_of(leaver, after)),
        )
        for leaver in leavers
    )


def _duties_of(leaver: Staff, after: PracticeSnapshot) -> set[Duty]:
    administers, on_call = Role.PORTAL_ADMIN in leaver.roles, leaver.id in after.messaging.on_call
    return {duty for duty, theirs in ((Duty.ADMINISTRATORS, administers), (Duty.ON_CALL, on_call)) if theirs}


def count_care_teams(leavers: Collection[str], patients: Iterable[Patient]) -> Mapping[str, int]:
    """How many active patients among these charts have each of these people on their care team."""
    charts = (patient for patient in patients if patient.active)
    return Counter(member.staff for chart in charts for member in chart.care_team if member.staff in leavers)


def _named_in(leaver: str, after: PracticeSnapshot) -> Iterator[NamedIn]:
    for _, site, topics in after.messaging.sets():
        place = "the practice" if site is None else after.sites[site].name if site in after.sites else site
        for topic in Topic:
            recipients = topics[topic].recipients
            if leaver in recipients:
                others = any(after.staffing.is_active(staff) for staff in recipients)
                yield NamedIn(site, place, topic, ends_at_catch_all=not others)


def departure_in_words(departure: Departure) -> list[str]:
    """One line for everything that depended on somebody who leaves; the first line names them."""
    held = departure.held
    lines = [f"{departure.name} ({departure.staff}) leaves."]
    for named in departure.named_in:
        end = ", which now goes to the catch-all" if named.ends_at_catch_all else ""
        lines.append(f"Was a recipient of {named.topic.label} at {named.place}{end}.")
    if departure.catches_all:
        lines.append("Was a member of the catch-all.")
    if departure.on_call:
        lines.append("Was on call.")
    lines += [vacancy.message for vacancy in departure.vacancies]
    if departure.care_teams:
        lines.append(f"Is on the care team of {_counted(departure.care_teams, 'patient')}.")
    if held.conversations:
        lines.append(f"Owned {_counted(held.conversations, 'conversation')}: replies are now routed by topic.")
    if held.deliveries:
        follow = ", and others follow within minutes" if held.more_follow else ""
        had = _counted(held.deliveries, "unfinished message")
        lines.append(f"Had {had}; {held.returned} went to somebody else{follow}.")
    return lines


def hanging_in_words(departure: Departure) -> list[str]:
    """One line for everything that depends on somebody who may leave, and where it would go."""
    held = departure.held
    lines = [
        f"Recipient of {named.topic.label} at {named.place}: "
        + ("the only one, so the catch-all gets it." if named.ends_at_catch_all else "the other recipients get it.")
        for named in departure.named_in
    ]
    if departure.catches_all:
        lines.append("Member of the catch-all: the other members get its messages, or else the portal administrators.")
    if departure.on_call and Duty.ON_CALL not in {vacancy.duty for vacancy in departure.vacancies}:
        lines.append("On call: the others who are on call get what is urgent.")
    lines += [vacancy.message for vacancy in departure.vacancies]
    if departure.care_teams:
        lines.append(f"On the care team of {_counted(departure.care_teams, 'patient')}, who can no longer choose them.")
    if held.conversations:
        lines.append(f"Owns {_counted(held.conversations, 'conversation')}: replies will be routed by topic.")
    if held.deliveries:
        lines.append(
            f"Has {_counted(held.deliveries, 'unfinished message')}: routed again at once. What nobody else can take "
            "goes to the catch-all."
        )
    return lines


def _counted(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count} {noun}s"
