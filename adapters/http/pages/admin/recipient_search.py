"""Adding recipients by a part of their name: who is meant, and whom to offer where several are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from adapters.http.ids import practice_id
from adapters.http.pages.admin.messaging_draft import NEW, SettingsDraft, areas
from adapters.http.pages.kit.csrf import Posted
from adapters.http.pages.kit.render import when
from adapters.http.pages.kit.staff_search import NOBODY_MATCHES, StaffSearch, labels_of, several_match
from adapters.http.pages.kit.typed import typed_line
from router.messaging.snapshot import PracticeSnapshot
from router.practice.people import Staff

MOST_OFFERED = 8
PICK = "pick"


@dataclass(frozen=True, slots=True)
class StaffOption:
    """Somebody who can be chosen; `note` says where they are a recipient already, and whether they are away."""

    id: str
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class NamedRecipients:
    """The draft with those who were named, and for each field that names nobody or several what was typed."""

    draft: SettingsDraft
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    offered: Mapping[str, list[StaffOption]] = field(default_factory=dict)


def add_named(form: Posted, draft: SettingsDraft, snapshot: PracticeSnapshot) -> NamedRecipients:
    """Add the people who are typed into the search fields, or whom a button `pick:AREA:STAFF` names."""
    staff = snapshot.staffing.members
    search = StaffSearch(staff)
    errors: dict[str, str] = {}
    typed: dict[str, str] = {}
    offered: dict[str, list[StaffOption]] = {}
    picked_area, picked = _picked(form)
    for area in areas():
        field = f"{area}.{NEW}"
        wanted = typed_line(form, field).strip()
        found = [staff[picked]] if area == picked_area and picked in staff else search.find(wanted) if wanted else []
        if len(found) == 1:
            draft = draft.with_people(area, tuple(dict.fromkeys([*draft.people(area), found[0].id])))
        elif wanted:
            errors[field], typed[field] = _words(found, staff), wanted
            offered[field] = options_of(found[:MOST_OFFERED], draft, snapshot)
    return NamedRecipients(draft, errors, typed, offered)


def _picked(form: Posted) -> tuple[str, str]:
    act, _, rest = form.get("do", "").partition(":")
    area, _, staff = rest.partition(":")
    return (area, practice_id(staff)) if act == PICK else ("", "")


def _words(found: list[Staff], staff: Mapping[str, Staff]) -> str:
    return several_match(found, staff, ", ") if found else NOBODY_MATCHES


def options_of(members: Iterable[Staff], draft: SettingsDraft, snapshot: PracticeSnapshot) -> list[StaffOption]:
    """Those who can be chosen, as suggestions and buttons show them."""
    labels = labels_of(snapshot.staffing.members)
    return [StaffOption(member.id, labels[member.id], _note(member, draft, snapshot)) for member in members]


def _note(member: Staff, draft: SettingsDraft, snapshot: PracticeSnapshot) -> str:
    own = draft.messaging.sites.items() if draft.messaging.by_site else ()
    sites = [
        snapshot.sites[site].name
        for site, topics in own
        if site in snapshot.sites and any(member.id in one.recipients for one in topics.topics.values())
    ]
    absence = snapshot.staffing.absence_of(member.id, snapshot.at)
    notes = [
        *([f"recipient at {', '.join(sites)}"] if sites else []),
        *([f"away until {when(absence.ends, snapshot.practice)}"] if absence else []),
    ]
    return "; ".join(notes)
