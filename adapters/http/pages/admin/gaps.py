"""Where messages would land on the catch-all, on one person or on nobody, and what was not opened or not sent."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from adapters.http.flows import FlowsOfApp
from adapters.http.pages.admin.matrix import cell_address
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import render
from adapters.http.pages.kit.route import page_routes
from router.coverage.gaps import Gap, GapKind
from router.flows.administrator.reports import NeedsALook
from router.messaging.snapshot import PracticeSnapshot
from router.practice.email_addresses import doubt_about
from router.practice.topics import Topic

KINDS_IN_WORDS = {
    GapKind.CATCH_ALL: ("Catch-all", "warn"),
    GapKind.SINGLE_RECIPIENT: ("One person", "info"),
    GapKind.NOBODY: ("Nobody", "bad"),
}

routes = page_routes()


@dataclass(frozen=True, slots=True)
class Cell:
    """One topic at one place: a word for it, its colour, the sentence behind it, and the page that mends it."""

    topic: str
    word: str
    colour: str
    message: str
    address: str


@dataclass(frozen=True, slots=True)
class GapRow:
    """One place: a site, or the practice's set."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """A recipient who gets no email, and why."""

    name: str
    problem: str


@routes.get("/admin/messaging/gaps")
def gaps(request: Request, person: Admin, flows: FlowsOfApp) -> Response:
    """The grid of sites and topics, what nobody has opened, and addresses that don't work."""
    practice = person.practice.id
    found = flows.preview.gaps(practice, person.actor)
    snapshot, seen = flows.reports.snapshot(practice), flows.reports.needs_a_look(practice)
    values: dict[str, Any] = {
        "lines": _lines(found, snapshot),
        "gaps": [(gap.message, cell_address(gap.site, gap.topic)) for gap in found],
        "topics": list(Topic),
        "unopened": [
            (unopened.topic.label, snapshot.sites[unopened.site].name if unopened.site else "No site", unopened.count)
            for unopened in seen.unopened
        ],
        "vacancies": [vacancy.message for vacancy in flows.preview.vacancies(practice)],
        "are_all_counted": seen.are_all_counted,
        "addresses": _addresses(snapshot, seen),
        "is_off": not snapshot.messaging.messaging_enabled,
    }
    return render(request, "admin/gaps.html", **values)


def _lines(found: list[Gap], snapshot: PracticeSnapshot) -> list[GapRow]:
    by_place = {(one.site, one.topic): one for one in found}
    places: list[tuple[str | None, str]] = [(None, "Whole practice")]
    if snapshot.messaging.by_site:
        places = [(one.id, one.name) for one in snapshot.visible_sites]
        if any(site is None for site, _ in by_place):
            places.insert(0, (None, "Patients without a site"))
    return [
        GapRow(name, tuple(_cell(site, topic, by_place.get((site, topic)), snapshot) for topic in Topic))
        for site, name in places
    ]


def _cell(site: str | None, topic: Topic, gap: Gap | None, snapshot: PracticeSnapshot) -> Cell:
    settings, address = snapshot.messaging.in_force(site)[topic], cell_address(site, topic)
    if not settings.enabled:
        return Cell(topic.label, "Off", "", "", address)
    if gap is not None:
        word, colour = KINDS_IN_WORDS[gap.kind]
        return Cell(topic.label, word, colour, gap.message, address)
    return Cell(topic.label, "Covered" if settings.recipients else "Care team", "good", "", address)


def _addresses(snapshot: PracticeSnapshot, seen: NeedsALook) -> list[Address]:
    """Everybody who gets messages and has no address, or whose notifications were refused."""
    missing = [Address(snapshot.name_of(staff), "has no email address") for staff in seen.without_address]
    refused = [
        Address(snapshot.name_of(staff), f"{count} notification{'s' if count > 1 else ''} refused by the mail server")
        for staff, count in sorted(seen.refused.items())
    ]
    members = [one for one in snapshot.staffing.members.values() if one.active and one.email is not None]
    doubtful = [(one.name, doubt) for one in members if (doubt := doubt_about(one.email or ""))]
    return [*missing, *(Address(name, f"has an address that {doubt}") for name, doubt in doubtful), *refused]
