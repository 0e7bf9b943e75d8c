"""Everything that an export holds, read and indexed, before anything is made of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from adapters.fhir.files import Entry, Folder
from adapters.fhir.references import Index
from adapters.fhir.report import Report, Skipped
from adapters.fhir.resources import CareTeam, Location, Organization, Patient, Practitioner, PractitionerRole


@dataclass(frozen=True, slots=True)
class Contents:
    """The resources of an export in their order, what they can be found by, and the report of what is left out."""

    patients: list[Entry[Patient]]
    practitioners: list[Entry[Practitioner]]
    roles: list[Entry[PractitionerRole]]
    locations: list[Entry[Location]]
    organizations: list[Entry[Organization]]
    teams: list[Entry[CareTeam]]
    index: Index
    report: Report
    now: datetime

    def counts(self) -> dict[str, int]:
        """How many resources of each type were read."""
        return {
            "Patient": len(self.patients),
            "Practitioner": len(self.practitioners),
            "PractitionerRole": len(self.roles),
            "Location": len(self.locations),
            "Organization": len(self.organizations),
            "CareTeam": len(self.teams),
        }


def read(folder: Folder, now: datetime) -> Contents:
    """Read all files that matter; the others are named in the report. Raises ExportError."""
    contents = Contents(
        patients=list(folder.entries("Patient", Patient)),
        practitioners=list(folder.entries("Practitioner", Practitioner)),
        roles=list(folder.entries("PractitionerRole", PractitionerRole)),
        locations=list(folder.entries("Location", Location)),
        organizations=list(folder.entries("Organization", Organization)),
        teams=list(folder.entries("CareTeam", CareTeam)),
        index=Index(),
        report=Report(),
        now=now,
    )
    referred_to = (contents.patients, contents.practitioners, contents.roles, contents.organizations)
    for entries in referred_to:
        for entry in entries:
            if entry.resource.id:
                contents.index.add(entry.type, entry.resource.id, entry.resource.identifier)
    contents.report.skipped += _left_unread(folder, contents.counts())
    return contents


def _left_unread(folder: Folder, read_types: Collection[str]) -> list[Skipped]:
    unknown = [
        Skipped(kind, files[0].name, "files of this type are not read")
        for kind, files in folder.files.items()
        if kind not in read_types
    ]
    return [*unknown, *(Skipped("File", name, "is not an NDJSON file of a FHIR type") for name in folder.others)]
