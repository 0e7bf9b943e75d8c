"""One topic at all sites: what stands in the fields of the form, and the settings that it makes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from adapters.http.ids import practice_id
from adapters.http.pages.admin.topic_places import ALL, placed_as_saved
from adapters.http.pages.kit.csrf import Posted
from adapters.http.pages.kit.staff_search import StaffSearch
from adapters.http.pages.kit.typed import typed_line
from router.messaging.settings import MessagingSettings, TopicSettings
from router.messaging.several_sites import topics_at
from router.messaging.snapshot import PracticeSnapshot
from router.practice.people import Staff
from router.practice.topics import Topic

MOST_OFFERED = 8
# Each name in the fields of a form is looked for among all staff.
MOST_NAMES = 300
SEPARATOR = ";"
TOO_MANY = f"At most {MOST_NAMES} people can be added at a time. Save some of them first."
# What the form says of a site with a set of its own.
OWN = "1"


@dataclass(frozen=True, slots=True)
class TopicRow:
    """The topic at one place (None: in the practice's set), as it stands in the form.

    `own` is False for a site that uses the practice's set: it has those people, until something is changed.
    """

    site: str | None
    name: str
    own: bool
    enabled: bool
    people: tuple[str, ...]
    display_name: str
    ticked: bool = False

    def with_people(self, staff: list[str]) -> "TopicRow":
        """With these people added."""
        people = tuple(dict.fromkeys([*self.people, *staff]))
        return replace(self, people=people, own=True)

    def with_name(self, display_name: str) -> "TopicRow":
        """With this display name; a site that used the practice's set has its people then, and this name."""
        return replace(self, display_name=display_name, own=True)


@dataclass(frozen=True, slots=True)
class TopicInput:
    """All rows, and for each field that names nobody or several people what was typed and who may be meant.

    `problem` is what keeps the whole form from being saved as it is.
    """

    rows: tuple[TopicRow, ...]
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    offered: Mapping[str, list[Staff]] = field(default_factory=dict)
    problem: str = ""

    def wanted(self, base: MessagingSettings, topic: Topic) -> dict[str | None, TopicSettings]:
        """The topic as it is to be at each place that has a set of its own."""
        return {
            row.site: replace(
                topics_at(base, row.site)[topic],
                enabled=row.enabled,
                recipients=row.people,
                display_name=row.display_name,
            )
            for row in self.rows
            if row.own
        }


def rows_of(messaging: MessagingSettings, snapshot: PracticeSnapshot, topic: Topic) -> tuple[TopicRow, ...]:
    """The rows as they are saved: the practice's set, then every visible site by name."""
    places = [(None, "The practice"), *((site.id, site.name) for site in snapshot.visible_sites)]
    rows = []
    for site, name in places:
        settings = topics_at(messaging, site)[topic]
        own = site is None or site in messaging.sites
        # Who has left is in no set that a site begins with.
        people = tuple(one for one in settings.recipients if own or snapshot.staffing.is_active(one))
        rows.append(TopicRow(site, name, own, settings.enabled, people, settings.display_name))
    return tuple(rows)


def read_rows(form: Posted, saved: tuple[TopicRow, ...], snapshot: PracticeSnapshot) -> TopicInput:
    """What was typed over what is saved: ticked people stay, and named ones are added, also by `pick:ROW:STAFF`.

    All that was typed stays where there are too many names, and where a site was added or is gone since.
    """
    sent, form = form.getlist("site"), placed_as_saved(form, (row.site or "" for row in saved))
    rows = [_read_row(form, number, row) if (row.site or "") in sent else row for number, row in enumerate(saved)]
    fields = [f"new.{name}" for name in (ALL, *range(len(rows)))]
    if sum(len(_names(form.get(name, ""))) for name in fields) > MOST_NAMES:
        texts = {name: typed_line(form, name) for name in fields}
        return TopicInput(tuple(rows), typed=texts, problem=TOO_MANY)
    search = StaffSearch(snapshot.staffing.members)
    name_of_all = _display_name(form, ALL)
    errors: dict[str, str] = {}
    typed: dict[str, str] = {}
    offered: dict[str, list[Staff]] = {}
    picked_row, _, picked = form.get("do", "").removeprefix("pick:").partition(":")
    for name in (ALL, *map(str, range(len(rows)))):
        field_name = f"new.{name}"
        found, unclear = _named(typed_line(form, field_name), search)
        if name == picked_row and practice_id(picked) in snapshot.staffing.members:
            # Who was offered matched the first name that was unclear; the others are still to be read.
            more, unclear = _named(unclear[0].partition(SEPARATOR)[2] if unclear else "", search)
            found = [*found, practice_id(picked), *more]
        if unclear is not None:
            typed[field_name], offered[field_name] = unclear[0], unclear[1][:MOST_OFFERED]
            errors[field_name] = _words(unclear[0].partition(SEPARATOR)[0], unclear[1])
        if found:
            rows = [row.with_people(found) if _is_meant(name, place, row) else row for place, row in enumerate(rows)]
    rows = [row.with_name(name_of_all) if name_of_all and row.ticked else row for row in rows]
    return TopicInput(tuple(rows), errors, typed, offered, _changed_sites(sent, saved))


def _read_row(form: Posted, number: int, saved: TopicRow) -> TopicRow:
    ticked, display_name = f"tick.{number}" in form, _display_name(form, str(number))
    typed = replace(saved, ticked=ticked)
    if f"own.{number}" in form:
        people = tuple(practice_id(staff) for staff in form.getlist(f"keep.{number}"))
        typed = replace(typed, enabled=f"on.{number}" in form, people=people)
    if form.get(f"own.{number}") == OWN:
        return replace(typed, own=True, display_name=display_name)
    # Somebody may have left since the page was opened.
    typed = replace(typed, people=tuple(one for one in typed.people if one in saved.people))
    if display_name:
        return typed.with_name(display_name)
    return replace(typed, own=(typed.enabled, typed.people) != (saved.enabled, saved.people))


def _display_name(form: Posted, place: str) -> str:
    return typed_line(form, f"display_name.{place}").strip()


def _is_meant(name: str, place: int, row: TopicRow) -> bool:
    return row.ticked if name == ALL else name == str(place)


def _changed_sites(sent: list[str], saved: tuple[TopicRow, ...]) -> str:
    """What to say where the form had other sites than the practice has now."""
    added = [row.name for row in saved if (row.site or "") not in sent]
    gone = set(sent) - {row.site or "" for row in saved}
    said = [*(f"{name} is new" for name in added), *(["a site is no longer there"] if gone else [])]
    changes = "; ".join(said)
    return f"The sites of the practice have changed: {changes}. Look at the rows, and save again." if said else ""


def _names(text: str) -> list[str]:
    return [name for part in text.split(SEPARATOR) if (name := part.strip())]


def _named(text: str, search: StaffSearch) -> tuple[list[str], tuple[str, list[Staff]] | None]:
    """Whom the names mean, separated by semicolons; which mean nobody or several, and who match the first of these."""
    found: list[str] = []
    unclear: list[str] = []
    matches: list[Staff] = []
    for wanted in _names(text):
        members = search.find(wanted)
        if len(members) == 1:
            found.append(members[0].id)
            continue
        if not unclear:
            matches = members
        unclear.append(wanted)
    return found, (f"{SEPARATOR} ".join(unclear), matches) if unclear else None


def _words(wanted: str, found: list[Staff]) -> str:
    if not found:
        return f"No active colleague matches “{wanted}”."
    return f"{len(found)} people match “{wanted}”. Choose one, or type more of the name."
