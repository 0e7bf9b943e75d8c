"""Who gets what, on one page for the wall: the saved settings, site by site."""

from dataclasses import dataclass

from fastapi import Request, Response

from adapters.http.flows import FlowsOfApp
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import render
from adapters.http.pages.kit.route import page_routes
from router.messaging.settings import TopicSet, TopicSettings
from router.messaging.snapshot import PracticeSnapshot
from router.practice.topics import Topic

PAGE = "/admin/messaging/sheet"

routes = page_routes()


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One topic at one place: who gets it, or why nobody is named, and the name that patients read."""

    label: str
    people: tuple[str, ...]
    words: str
    display_name: str


@dataclass(frozen=True, slots=True)
class SheetPlace:
    """One table of the sheet: a site with its own settings, or all sites that use the practice's."""

    name: str
    sites: tuple[str, ...]
    cells: tuple[SheetCell, ...]


@routes.get(PAGE)
def show(request: Request, person: Admin, flows: FlowsOfApp) -> Response:
    """The sheet as it is saved now, with its version and the day, since a wall shows neither."""
    practice = person.practice.id
    current = flows.messaging.read(practice, person.actor).messaging
    snapshot = flows.reports.snapshot(practice)
    last = [member for member in current.catch_all if snapshot.staffing.is_active(member)]
    return render(
        request,
        "admin/wall_sheet.html",
        places=places(snapshot),
        catchers=[_person(member, snapshot) for member in last or snapshot.staffing.administrators()],
        version=current.version,
        is_on=current.messaging_enabled,
        at=snapshot.at,
    )


def places(snapshot: PracticeSnapshot) -> list[SheetPlace]:
    """The practice's set with the sites that use it, then each site with its own."""
    messaging, visible = snapshot.messaging, snapshot.visible_sites
    own = [site for site in visible if messaging.by_site and site.id in messaging.sites]
    others = tuple(site.name for site in visible if site not in own)
    shared = _place("All other sites" if own else "All sites", others if own else (), messaging.practice, snapshot)
    alone = [_place(site.name, (), messaging.sites[site.id], snapshot) for site in own]
    return [*alone, shared] if others or not own else alone


def _place(name: str, sites: tuple[str, ...], topics: TopicSet, snapshot: PracticeSnapshot) -> SheetPlace:
    return SheetPlace(name, sites, tuple(_cell(topic, topics[topic], snapshot) for topic in Topic))


def _cell(topic: Topic, settings: TopicSettings, snapshot: PracticeSnapshot) -> SheetCell:
    people = tuple(_person(one, snapshot) for one in settings.recipients if snapshot.staffing.is_active(one))
    if not settings.enabled:
        return SheetCell(topic.label, (), "Not offered to patients", "")
    if people:
        return SheetCell(topic.label, people, "", settings.display_name)
    words = "The catch-all" if settings.recipients else "Patients choose from their care team"
    return SheetCell(topic.label, (), words, settings.display_name)


def _person(staff: str, snapshot: PracticeSnapshot) -> str:
    member = snapshot.staffing.members.get(staff)
    if member is None:
        return staff
    return f"{member.name}, {member.title}" if member.title else member.name
