"""Where messages would currently go to the catch-all, to one person, or to nobody."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from router.coverage.patient_counts import PatientCounts, one_at_each_place
from router.messages.cascade import Question, Resolution, Step, resolve
from router.messaging.snapshot import PracticeSnapshot
from router.practice.topics import Topic


class GapKind(StrEnum):
    """Who would get the messages of a topic with a gap."""

    CATCH_ALL = "catch_all"
    SINGLE_RECIPIENT = "single_recipient"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Gap:
    """An enabled topic at a site (None: in the practice's set), who would own its messages, and the meaning in words.

    `patients_without_choice` counts the active patients there who have nobody to choose although the topic has no
    recipients.
    """

    site: str | None
    topic: Topic
    kind: GapKind
    owners: tuple[str, ...]
    patients_without_choice: int
    message: str


@dataclass(frozen=True, slots=True)
class Place:
    """A site, or the practice's set (None), and the number of its active patients who have nobody active to choose."""

    site: str | None
    name: str
    without_choice: int


def gaps(practice: PracticeSnapshot, patients: PatientCounts) -> list[Gap]:
    """Every gap, ordered by place (the practice's set first, then sites by id) and topic."""
    return [
        gap
        for place in _places(practice, patients)
        for topic in Topic
        if (gap := _gap(place, topic, practice)) is not None
    ]


def _places(practice: PracticeSnapshot, patients: PatientCounts) -> Iterator[Place]:
    """The practice as a whole or, by site, the visible sites and the patients who attend none of them."""
    without_choice = patients.without_choice
    if not practice.messaging.by_site:
        yield Place(None, "Practice", without_choice.get(None, 0))
        return
    # While every patient has a site, nobody's message is decided by the practice's set as such.
    if patients.attending.get(None):
        yield Place(None, "Patients without a site", without_choice.get(None, 0))
    for site in sorted(practice.sites.values(), key=lambda site: site.id):
        if not site.hidden:
            yield Place(site.id, site.name, without_choice.get(site.id, 0))


def opened(before: Iterable[Gap], after: Iterable[Gap]) -> tuple[Gap, ...]:
    """The gaps that are new, or that affect more patients than before."""
    known = {(gap.site, gap.topic, gap.kind): gap.patients_without_choice for gap in before}
    return tuple(gap for gap in after if gap.patients_without_choice > known.get((gap.site, gap.topic, gap.kind), -1))


def opened_without_counting(before: PracticeSnapshot, after: PracticeSnapshot) -> tuple[Gap, ...] | None:
    """The gaps that a change opens, if they don't depend on the number of patients; None if they do.

    The patients must be unchanged, and everybody whom they could choose still active. Assumes that there are patients
    without a site.
    """
    places_differ = before.messaging.by_site != after.messaging.by_site or before.sites != after.sites
    could_be = opened(*(gaps(practice, one_at_each_place(practice)) for practice in (before, after)))
    if places_differ or any(gap.patients_without_choice for gap in could_be):
        return None
    return could_be


def _gap(place: Place, topic: Topic, practice: PracticeSnapshot) -> Gap | None:
    settings = practice.messaging.in_force(place.site)[topic]
    if not settings.enabled:
        return None
    without_choice = 0 if settings.recipients else place.without_choice
    # Patients who are offered a choice are not in the gap: the provider that they choose gets their message.
    if not settings.recipients and not without_choice:
        return None
    # The cascade itself says who would own it, as it would for a patient whom nobody active cares for.
    resolution = resolve(Question(topic, place.site), practice.messaging, practice.staffing, practice.at)
    kind = _kind(resolution)
    if kind is None:
        return None
    owners = tuple(recipient.staff for recipient in resolution.recipients)
    names = ", ".join(practice.staffing.members[owner].name for owner in owners)
    message = f"{place.name}, {topic.label}: {_why(without_choice)}{_consequence(kind, names)}"
    return Gap(place.site, topic, kind, owners, without_choice, message)


def _kind(resolution: Resolution) -> GapKind | None:
    """Several recipients who can take messages now are no gap."""
    if not resolution.recipients:
        return GapKind.NOBODY
    if resolution.step is not Step.RECIPIENTS:
        return GapKind.CATCH_ALL
    return GapKind.SINGLE_RECIPIENT if len(resolution.recipients) == 1 else None


def _why(without_choice: int) -> str:
    if not without_choice:
        return ""
    patients = "1 patient has" if without_choice == 1 else f"{without_choice} patients have"
    return f"there are no recipients, and {patients} nobody active on the care team to choose. "


def _consequence(kind: GapKind, names: str) -> str:
    return {
        GapKind.CATCH_ALL: f"The catch-all would get new messages: {names}.",
        GapKind.SINGLE_RECIPIENT: f"Only {names} would get new messages.",
        GapKind.NOBODY: "Nobody would get new messages: nobody on the catch-all is active either.",
    }[kind]
