"""The page of the settings: what its template is given."""

from dataclasses import dataclass

from adapters.http.pages.messaging_draft import CATCH_ALL, Draft, label_of
from adapters.http.pages.render import when
from router.actors import Actor, ActorKind
from router.distribution_warnings import SettingsWarning, WarningCode, warnings
from router.errors import FieldError
from router.flows.oversee import Surroundings
from router.people import Site
from router.topics import Topic

ACTORS_IN_WORDS = {
    ActorKind.KEY: "A program with a key",
    ActorKind.COMMAND: "The command line",
    ActorKind.OPERATOR: "An operator",
    ActorKind.WORKER: "Careroute",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is named: `note` says why they may get nothing now."""

    id: str
    name: str
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class Area:
    """One topic as it is being edited."""

    key: str
    label: str
    enabled: bool
    people: tuple[Person, ...]
    display_name: str
    default_name: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SiteChoice:
    """A site that can be chosen, and whether it has its own settings."""

    id: str
    name: str
    own: bool


@dataclass(frozen=True, slots=True)
class View:
    """Everything on the page that hangs on the settings being edited."""

    draft: Draft
    areas: tuple[Area, ...]
    catch_all: tuple[Person, ...]
    catchers: str
    sites: tuple[SiteChoice, ...]
    place: str
    staff_options: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    unsaved: bool


def view_of(draft: Draft, around: Surroundings) -> View:
    """Make the view."""
    found = warnings(draft.distribution, around.staffing, around.at)
    members = around.staffing.members
    active = sorted((one for one in members.values() if one.active), key=lambda one: (one.name, one.id))
    sites = tuple(SiteChoice(one.id, one.name, one.id in draft.distribution.sites) for one in around.visible_sites)
    return View(
        draft=draft,
        areas=tuple(_area(topic, draft, around, found) for topic in Topic),
        catch_all=tuple(_person(one, around) for one in draft.distribution.catch_all),
        catchers=_catchers(draft, around),
        sites=sites,
        place=_place(draft, around.sites.get(draft.site or "")),
        staff_options=tuple((one.id, label_of(one, members)) for one in active),
        notes=tuple(_elsewhere(draft, around, found)),
        unsaved=draft.distribution != around.current,
    )


def _place(draft: Draft, site: Site | None) -> str:
    if site is not None:
        return site.name
    return "Sites without their own settings" if draft.distribution.by_site else "All sites"


def _person(staff: str, around: Surroundings) -> Person:
    member = around.staffing.members.get(staff)
    if member is None:
        return Person(staff, staff, "", "is not on the staff")
    note = ""
    absence = around.staffing.absence_of(staff, around.at)
    if not member.active:
        note = "has left and gets nothing"
    elif absence is not None:
        cover = f", covered by {around.name_of(absence.cover)}" if absence.cover else ", nobody covers"
        note = f"away until {when(absence.ends, around.practice)}{cover}"
    elif member.email is None:
        note = "has no email address: no notification is sent"
    return Person(member.id, member.name, member.title or "", note)


def _area(topic: Topic, draft: Draft, around: Surroundings, found: list[SettingsWarning]) -> Area:
    settings = draft.topics[topic]
    # What is about one person stands beside that person.
    field = f"{draft.path}.topics.{topic}.recipients"
    notes = [one.message for one in found if one.field == field]
    people = tuple(_person(one, around) for one in settings.recipients)
    name = settings.display_name
    return Area(topic.value, topic.label, settings.enabled, people, name, topic.default_display_name, tuple(notes))


def _catchers(draft: Draft, around: Surroundings) -> str:
    """Who catches what nobody else gets, in words."""
    named = [one for one in draft.distribution.catch_all if around.staffing.is_active(one)]
    return ", ".join(around.name_of(one) for one in named or around.staffing.administrators()) or "nobody"


def _elsewhere(draft: Draft, around: Surroundings, found: list[SettingsWarning]) -> list[str]:
    """What should be known besides what stands in the topics on the page."""
    said = []
    for one in found:
        here = one.field.startswith(f"{draft.path}.topics.")
        about_all = one.code is WarningCode.ALL_TOPICS_OFF or one.field == CATCH_ALL
        if (here or one.field.startswith(f"{CATCH_ALL}.")) and not about_all:
            continue
        said.append(f"{where(one.field, around)}: {one.message}" if not about_all or not here else one.message)
    return said


def who(actor: Actor, around: Surroundings) -> str:
    """Who did something, in words."""
    return ACTORS_IN_WORDS.get(actor.kind) or around.name_of(actor.id)


def where(field: str, around: Surroundings) -> str:
    """The place of a field in words: `South Clinic, Medical`."""
    if field.startswith(CATCH_ALL):
        return "Catch-all"
    head, _, rest = field.partition(".topics")
    site = around.sites.get(head.removeprefix("sites."))
    place = site.name if site else "Practice"
    topic = rest.lstrip(".").partition(".")[0]
    return f"{place}, {topic.capitalize()}" if topic else place


def errors_of(refused: tuple[FieldError, ...], draft: Draft, around: Surroundings) -> tuple[dict[str, str], list[str]]:
    """Errors by the fields of the page, and in words those that are about what is not on it."""
    here, elsewhere = {}, []
    prefix = f"{draft.path}.topics."
    shown = {"messaging_enabled", "by_site", "disclaimer"}
    for one in refused:
        field = one.field.removeprefix(prefix)
        area, _, rest = field.partition(".")
        if one.field in shown:
            here[one.field] = one.message
        elif one.field.startswith(CATCH_ALL):
            here[f"{CATCH_ALL}.new"] = one.message
        elif one.field.startswith(prefix) and draft.has_own:
            here[f"{area}.display_name" if rest == "display_name" else f"{area}.new"] = one.message
        else:
            elsewhere.append(f"{where(one.field, around)}: {one.message}")
    return here, elsewhere
