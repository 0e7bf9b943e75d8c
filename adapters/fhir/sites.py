"""The sites of a practice: its active, named Locations, and which of them belongs to an organisation."""

from dataclasses import dataclass, field
from typing import Any

from adapters.fhir.contents import Contents
from adapters.fhir.files import Entry
from adapters.fhir.names import tidy
from adapters.fhir.references import Miss, Pointer, Why
from adapters.fhir.resources import Location, Reference, Resource
from router.practice.roster_rules import NAME_LIMIT
from router.text import problem_with

ORGANIZATION = "Organization"


@dataclass(frozen=True, slots=True)
class Sites:
    """The sites as a roster lists them, and the first site of each organisation."""

    contents: Contents
    records: list[dict[str, Any]] = field(default_factory=list)
    first: dict[Pointer, str] = field(default_factory=dict)

    def of(self, entry: Entry[Resource], reference: Reference, path: str) -> str | None:
        """The site of the organisation that a resource refers to; what can't be followed is reported."""
        key = self.contents.index.key(reference, ORGANIZATION)
        if isinstance(key, Miss):
            self.contents.report.skip(entry, f"its reference to an organisation {key.why.value}", path)
            return None
        site = self.first.get(key)
        if site is None and isinstance(self.contents.index.find(reference, [ORGANIZATION]), Miss):
            self.contents.report.skip(entry, f"its reference to an organisation {Why.ABSENT.value}", path)
        return site


def read(contents: Contents) -> Sites:
    """Make a site of every Location that is active (or doesn't say) and named. Raises ExportError for a bad name."""
    sites = Sites(contents)
    for entry in contents.locations:
        location = entry.resource
        if why_not := _why_not(location):
            contents.report.skip(entry, why_not)
            continue
        name = tidy(location.name)
        if wrong := problem_with(name, NAME_LIMIT):
            raise entry.error("name", wrong)
        sites.records.append({"id": location.id, "name": name})
        if location.managing_organization:
            key = contents.index.key(location.managing_organization, ORGANIZATION)
            if isinstance(key, Miss):
                reason = f"its reference to an organisation {key.why.value}"
                contents.report.skip(entry, reason, "managingOrganization")
            else:
                sites.first.setdefault(key, location.id)
    return sites


def _why_not(location: Location) -> str | None:
    if location.status not in {"active", None}:
        return "is not active: no site"
    return None if tidy(location.name) else "has no name: no site"
