"""The sites of a practice: its named Locations that are in use and visited as such, and those of each organisation.

Location is that of https://hl7.org/fhir/R4/location.html; `physicalType` has the codes of
http://terminology.hl7.org/CodeSystem/location-physical-type.
"""

from dataclasses import dataclass, field
from typing import Any

from adapters.fhir.contents import Contents
from adapters.fhir.datatypes import Reference
from adapters.fhir.entries import Entry
from adapters.fhir.references import Match, Miss, Pointer, Why, is_certainly_absent
from adapters.fhir.resources import Location, Resource
from adapters.fhir.site_parts import LOCATION, ORGANIZATION, PART_OF_A_SITE, SiteParts, is_visited
from router.practice.doubts import RecordKind
from router.practice.roster_rules import NAME_LIMIT

NOT_ACTIVE = "is not active, so not a site"
NO_PLACE_TO_VISIT = "is a room, a bed, a kind of place or the like, not a site"
SITE_IN_DOUBT = "was skipped: what decides whether it is a site can't be read"

_KIND = "kind"


@dataclass(frozen=True, slots=True)
class Sites:
    """The sites as a roster lists them, and the sites of each organisation."""

    contents: Contents
    records: list[dict[str, Any]] = field(default_factory=list)
    managed: dict[Pointer, list[str]] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    """The site that each place is part of which is none itself."""

    def of(self, entry: Entry[Resource], reference: Reference, path: str) -> list[str]:
        """The sites of the organisation that a resource refers to; what can't be followed is reported."""
        key = self.contents.index.key(reference, ORGANIZATION)
        if isinstance(key, Miss):
            self.contents.report.remark(entry, f"its reference to an organisation {key.why.value}", path)
            self.contents.unread.add(ORGANIZATION)
            return []
        sites = self.managed.get(key, [])
        found = self.contents.index.find(reference, [ORGANIZATION])
        if not sites and isinstance(found, Miss):
            if not is_certainly_absent(reference, found):
                self.contents.unread.add(ORGANIZATION)
            self.contents.report.remark(entry, f"its reference to an organisation {Why.ABSENT.value}", path)
        return sites

    def is_partial(self) -> bool:
        """Whether a site may be missing: a patient without one keeps the one that they have."""
        return not self.contents.has_any(LOCATION) or self.contents.is_partial(LOCATION, ORGANIZATION)


def read(contents: Contents) -> Sites:
    """Make a site of every Location that is in use, named and visited as such. Raises ExportError where strict."""
    sites = Sites(contents)
    parents: dict[str, str] = {}
    managers: dict[str, Pointer] = {}
    parts = SiteParts(contents, {entry.resource.id: entry.resource for entry in contents.locations})
    for entry in contents.locations:
        location = entry.resource
        name = contents.report.text(entry, "name", location.name, NAME_LIMIT)
        around = parts.site_around(location.id)
        if around is not None:
            sites.parts[location.id] = around
        if why_not := _why_not(location, name, around):
            _leave_out(contents, entry, why_not)
            continue
        sites.records.append({"id": location.id, "name": name})
        if entry.lacks("managingOrganization", "partOf"):
            contents.unread.add(LOCATION)
        managers |= _manager(contents, entry)
        parents |= _parent(contents, location)
    _doubt(contents)
    for site, manager in managers.items():
        sites.managed.setdefault(manager, []).append(site)
    for manager, managed in sites.managed.items():
        # Of a campus and its buildings, the campus is the site.
        sites.managed[manager] = [site for site in managed if not _is_within(site, set(managed), parents)]
    return sites


def _doubt(contents: Contents) -> None:
    """Places that can't be taken as they are stay what they are, and so do all where there is none."""
    for doubtful in contents.doubtful:
        if doubtful.type == LOCATION:
            contents.report.warn(doubtful, SITE_IN_DOUBT)
            contents.doubts.staying[RecordKind.SITES].add(doubtful.source)
            contents.unread.add(LOCATION)
    if not contents.has_any(LOCATION):
        contents.doubts.anybody.add(RecordKind.SITES)


def _why_not(location: Location, name: str, around: str | None) -> str | None:
    if location.status not in {"active", None}:
        return NOT_ACTIVE
    if location.mode == _KIND or not is_visited(location):
        return NO_PLACE_TO_VISIT
    if not name:
        return "has no name, so not a site"
    return PART_OF_A_SITE if around is not None else None


def _leave_out(contents: Contents, entry: Entry[Location], why_not: str) -> None:
    contents.report.skip(entry, why_not)
    location = entry.resource
    if why_not in {NOT_ACTIVE, NO_PLACE_TO_VISIT, PART_OF_A_SITE}:
        contents.doubts.closed.add(location.id)
    else:
        contents.doubts.staying[RecordKind.SITES].add(location.id)
        if entry.lacks("name"):
            contents.unread.add(LOCATION)


def _manager(contents: Contents, entry: Entry[Location]) -> dict[str, Pointer]:
    if not entry.resource.managing_organization:
        return {}
    key = contents.index.key(entry.resource.managing_organization, ORGANIZATION)
    if isinstance(key, Miss):
        contents.report.remark(entry, f"its reference to an organisation {key.why.value}", "managingOrganization")
        contents.unread.add(LOCATION)
        return {}
    return {entry.resource.id: key}


def _parent(contents: Contents, location: Location) -> dict[str, str]:
    parent = location.part_of and contents.index.find(location.part_of, [LOCATION])
    return {location.id: parent.id} if isinstance(parent, Match) else {}


def _is_within(site: str, others: set[str], parents: dict[str, str]) -> bool:
    seen = {site}
    parent = parents.get(site)
    while parent is not None and parent not in seen:
        if parent in others:
            return True
        seen.add(parent)
        parent = parents.get(parent)
    return False
