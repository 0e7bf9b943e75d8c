"""The sites of a practice: its named Locations that are in use and visited as such, and those of each organisation.

Location is that of https://hl7.org/fhir/R4/location.html; `physicalType` has the codes of
http://terminology.hl7.org/CodeSystem/location-physical-type.
"""

from dataclasses import dataclass, field
from typing import Any, cast

from adapters.fhir.contents import Contents
from adapters.fhir.datatypes import Reference
from adapters.fhir.entries import Entry
from adapters.fhir.references import Match, Miss, Pointer, Why, is_certainly_absent
from adapters.fhir.resources import Location, Resource
from adapters.fhir.site_parts import LOCATION, ORGANIZATION, PART_OF_A_SITE, SiteParts, is_visited, unreadable_element
from router.practice.doubts import RecordKind
from router.practice.import_report import Finding, Level
from router.practice.roster_rules import NAME_LIMIT

NOT_ACTIVE = "is not active, so not a site"
NO_PLACE_TO_VISIT = "is a room, a bed, a kind of place or the like, not a site"
UNTOLD = (
    "may be a site or not, by what the export has of it and of the place around it: it stays what it is, and so do"
    " home sites"
)
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
    in_doubt: set[Pointer | None] = field(default_factory=set)
    """The organisations of which a site may be missing; None: of any."""

    def may_lack_one(self, organization: Reference) -> bool:
        """Whether a site of an organisation may be missing: who attends it isn't moved to another one."""
        if not self.in_doubt or None in self.in_doubt:
            return bool(self.in_doubt)
        return self.contents.index.key(organization, ORGANIZATION) in self.in_doubt

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
    parts = _parts(contents)
    if parts.is_partial:
        sites.in_doubt.add(None)
    for entry in contents.locations:
        location = entry.resource
        name = contents.report.text(entry, "name", location.name, NAME_LIMIT)
        around = parts.site_around(location.id)
        if around is not None:
            sites.parts[location.id] = around
        if why_not := _why_not(location, name, around, is_unclear=parts.is_unclear(location)):
            _leave_out(sites, entry, why_not)
            continue
        sites.records.append({"id": location.id, "name": name})
        if parts.may_be_hidden(location):
            contents.doubts.keep(RecordKind.SITES, location.id, "hidden")
        if location.meta.is_subset or entry.lacks("managingOrganization", "partOf"):
            _doubt_home_sites(sites, entry)
        managers |= _manager(contents, entry)
        parents |= _parent(contents, location)
    _doubt(sites)
    _manage(sites, managers, parents)
    return sites


def _manage(sites: Sites, managers: dict[str, Pointer], parents: dict[str, str]) -> None:
    for site, manager in managers.items():
        sites.managed.setdefault(manager, []).append(site)
    for manager, managed in sites.managed.items():
        # Of a campus and its buildings, the campus is the site.
        sites.managed[manager] = [site for site in managed if not _is_within(site, set(managed), parents)]


def _parts(contents: Contents) -> SiteParts:
    """All places, also those that can't be taken as they are."""
    places = {entry.source: entry for entry in (*_doubtful(contents), *contents.locations)}
    doubts = contents.doubts
    is_partial = RecordKind.SITES in doubts.anybody or bool(doubts.staying.get(RecordKind.SITES))
    return SiteParts(contents, places, is_partial)


def _doubtful(contents: Contents) -> list[Entry[Location]]:
    return cast("list[Entry[Location]]", [one for one in contents.doubtful if isinstance(one.resource, Location)])


def _doubt(sites: Sites) -> None:
    """Places that can't be taken as they are stay what they are, and so do all where there is none."""
    contents = sites.contents
    for doubtful in _doubtful(contents):
        contents.report.warn(doubtful, SITE_IN_DOUBT)
        contents.doubts.staying[RecordKind.SITES].add(doubtful.source)
        _doubt_home_sites(sites, doubtful)
    if not contents.has_any(LOCATION):
        contents.doubts.anybody.add(RecordKind.SITES)


def _doubt_home_sites(sites: Sites, entry: Entry[Location]) -> None:
    """A site of this place's organisation may be missing; of any, where the place may be of any."""
    contents, manager = sites.contents, entry.resource.managing_organization
    contents.unread.add(LOCATION)
    if manager is not None:
        key = contents.index.key(manager, ORGANIZATION)
        sites.in_doubt.add(None if isinstance(key, Miss) else key)
    elif entry.resource.meta.is_subset or entry.lacks("managingOrganization"):
        sites.in_doubt.add(None)


def _why_not(location: Location, name: str, around: str | None, *, is_unclear: bool) -> str | None:
    if location.status not in {"active", None}:
        return NOT_ACTIVE
    if location.mode == _KIND or not is_visited(location):
        return NO_PLACE_TO_VISIT
    if not name:
        return "has no name, so not a site"
    if is_unclear or (location.meta.is_subset and location.status is None):
        return UNTOLD
    return PART_OF_A_SITE if around is not None else None


def _leave_out(sites: Sites, entry: Entry[Location], why_not: str) -> None:
    contents, location = sites.contents, entry.resource
    if why_not == UNTOLD:
        _report_untold(contents, entry)
    else:
        contents.report.skip(entry, why_not)
    if why_not in {NOT_ACTIVE, NO_PLACE_TO_VISIT, PART_OF_A_SITE}:
        contents.doubts.closed.add(location.id)
        return
    contents.doubts.staying[RecordKind.SITES].add(location.id)
    if why_not == UNTOLD or location.meta.is_subset or entry.lacks("name"):
        _doubt_home_sites(sites, entry)


def _report_untold(contents: Contents, entry: Entry[Location]) -> None:
    if unreadable := unreadable_element(entry):
        contents.report.warn(entry, SITE_IN_DOUBT, unreadable)
    else:
        place = (entry.file, entry.line, Level.KEPT)
        contents.report.note(Finding(LOCATION, entry.source, UNTOLD, "", *place))


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
