"""The page of the settings: what its template is given."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from adapters.http.pages.admin.messaging_draft import CATCH_ALL, SettingsDraft
from adapters.http.pages.admin.recipient_search import StaffOption, options_of
from adapters.http.pages.kit.colleagues import away_view
from router.actors import Actor, ActorKind
from router.errors import FieldError
from router.messaging.snapshot import PracticeSnapshot
from router.messaging.vacancies import Duty
from router.messaging.warnings import SettingsWarning, WarningCode, warnings
from router.practice.people import Site
from router.practice.topics import Topic

ACTORS_IN_WORDS = {
    ActorKind.KEY: "A program with a key",
    ActorKind.COMMAND: "The command line",
    ActorKind.OPERATOR: "An operator",
    ActorKind.WORKER: "Careroute",
}

# A warning that holds at many sites names so many of them.
MOST_PLACES = 4


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is named: `note` says why they may get nothing now, `left` that they never will."""

    id: str
    name: str
    title: str
    note: str
    left: bool = False


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
class MessagingView:
    """Everything on the page that hangs on the settings being edited."""

    draft: SettingsDraft
    areas: tuple[Area, ...]
    catch_all: tuple[Person, ...]
    catchers: str
    sites: tuple[SiteChoice, ...]
    place: str
    staff_options: tuple[StaffOption, ...]
    notes: tuple[str, ...]
    unsaved: bool


def view_of(draft: SettingsDraft, snapshot: PracticeSnapshot) -> MessagingView:
    """Make the view."""
    local_now = snapshot.at.astimezone(ZoneInfo(snapshot.practice.time_zone))
    found = warnings(draft.messaging, snapshot.staffing, local_now)
    members = snapshot.staffing.members
    active = sorted((member for member in members.values() if member.active), key=lambda one: (one.name, one.id))
    sites = tuple(SiteChoice(site.id, site.name, site.id in draft.messaging.sites) for site in snapshot.visible_sites)
    return MessagingView(
        draft=draft,
        areas=tuple(_area(topic, draft, snapshot, found) for topic in Topic),
        catch_all=tuple(_person(member, snapshot) for member in draft.messaging.catch_all),
        catchers=_catchers(draft, snapshot),
        sites=sites,
        place=_place(draft, snapshot.sites.get(draft.site or "")),
        staff_options=tuple(options_of(active, draft, snapshot)),
        notes=tuple(_elsewhere(draft, snapshot, found)),
        unsaved=draft.messaging != snapshot.messaging,
    )


def _place(draft: SettingsDraft, site: Site | None) -> str:
    if site is not None:
        return site.name
    return "Sites without their own settings" if draft.messaging.by_site else "All sites"


def _person(staff: str, snapshot: PracticeSnapshot) -> Person:
    member = snapshot.staffing.members.get(staff)
    if member is None:
        return Person(staff, staff, "", "is not on the staff", left=True)
    note = ""
    away = away_view(staff, snapshot)
    if not member.active:
        note = "has left and gets nothing"
    elif away is not None:
        note = away.note
    elif member.email is None:
        note = "has no email address: no notification is sent"
    return Person(member.id, member.name, member.title or "", note, left=not member.active)


def _area(topic: Topic, draft: SettingsDraft, snapshot: PracticeSnapshot, found: list[SettingsWarning]) -> Area:
    settings = draft.topics[topic]
    # What is about one person stands beside that person.
    field = f"{draft.path}.topics.{topic}.recipients"
    notes = [one.message for one in found if one.field == field]
    people = tuple(_person(recipient, snapshot) for recipient in settings.recipients)
    name = settings.display_name
    return Area(topic.value, topic.label, settings.enabled, people, name, topic.default_display_name, tuple(notes))


def _catchers(draft: SettingsDraft, snapshot: PracticeSnapshot) -> str:
    """Who catches what nobody else gets, in words."""
    named = [member for member in draft.messaging.catch_all if snapshot.staffing.is_active(member)]
    return ", ".join(snapshot.name_of(one) for one in named or snapshot.staffing.administrators()) or "nobody"


def _elsewhere(draft: SettingsDraft, snapshot: PracticeSnapshot, found: list[SettingsWarning]) -> list[str]:
    """What should be known besides what stands in the topics on the page, each once, with where it holds."""
    said: dict[str, list[str]] = {}
    for warning in found:
        here = warning.field.startswith(f"{draft.path}.topics.")
        about_all = warning.code is WarningCode.ALL_TOPICS_OFF or warning.field == CATCH_ALL
        if (here or warning.field.startswith(f"{CATCH_ALL}.")) and not about_all:
            continue
        places = said.setdefault(warning.message, [])
        if not about_all or not here:
            places.append(where(warning.field, snapshot))
    return [f"{_listed(places)}: {message}" if places else message for message, places in said.items()]


def _listed(places: list[str]) -> str:
    """The first of them in words, and how many more there are."""
    more = len(places) - MOST_PLACES
    return "; ".join(places[:MOST_PLACES]) + (f"; and {more} more" if more > 0 else "")


def who(actor: Actor, snapshot: PracticeSnapshot) -> str:
    """Who did something, in words."""
    return ACTORS_IN_WORDS.get(actor.kind) or snapshot.name_of(actor.id)


def where(field: str, snapshot: PracticeSnapshot) -> str:
    """The place of a field in words: `South Clinic, Medical`."""
    if field.startswith(CATCH_ALL):
        return "Catch-all"
    if field.startswith(Duty.ON_CALL):
        return "On call"
    if field == Duty.ADMINISTRATORS:
        return "Administrators"
    head, _, rest = field.partition(".topics")
    site = snapshot.sites.get(head.removeprefix("sites."))
    place = site.name if site else "Practice"
    topic = rest.lstrip(".").partition(".")[0]
    return f"{place}, {topic.capitalize()}" if topic else place


def errors_of(
    refused: tuple[FieldError, ...], draft: SettingsDraft, snapshot: PracticeSnapshot
) -> tuple[dict[str, str], list[str]]:
    """Errors by the fields of the page, and in words those that are about what is not on it."""
    here, elsewhere = {}, []
    prefix = f"{draft.path}.topics."
    shown = {"messaging_enabled", "by_site", "disclaimer"}
    for error in refused:
        field = error.field.removeprefix(prefix)
        area, _, rest = field.partition(".")
        if error.field in shown:
            here[error.field] = error.message
        elif error.field.startswith(CATCH_ALL):
            here[f"{CATCH_ALL}.new"] = error.message
        elif error.field.startswith(prefix) and draft.has_own:
            here[f"{area}.display_name" if rest == "display_name" else f"{area}.new"] = error.message
        else:
            elsewhere.append(f"{where(error.field, snapshot)}: {error.message}")
    return here, elsewhere
