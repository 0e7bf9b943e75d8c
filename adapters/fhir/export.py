"""Reading a FHIR R4 bulk export folder into a roster document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from adapters.fhir import charts, general_practitioners, patients, reading, sites, staff, teams
from adapters.fhir.contents import Contents
from adapters.fhir.errors import ExportError
from adapters.fhir.files import Folder, open_folder
from router.practice.doubts import Doubts
from router.practice.import_report import Finding

__all__ = ["Export", "ExportError", "ExportOptions", "ExportPart", "open_export"]

# So many records, or findings, are made at once.
SLICE = 500
_REQUIRED = ("Patient", "Practitioner")


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How an export is read."""

    is_strict: bool = False
    """Whatever is wrong with a resource refuses the whole export."""
    general_practitioners: bool = False
    """Whom a chart names as general practitioner is a member of the patient's care team."""


@dataclass(frozen=True, slots=True)
class ExportPart:
    """A part of what comes out of an export."""

    roster: dict[str, Any]
    """Some of the document of `PUT /v1/roster`: `sites`, `staff` (never with `roles`, which stay as they are),
    `patients`."""
    doubts: Doubts
    """What could not be read of these records, so that it stays as it is."""
    findings: tuple[Finding, ...] = ()
    """What is not in the roster as the export has it, and why."""


@dataclass(frozen=True, slots=True)
class Export:
    """An export that has been read, and is made into a roster part by part."""

    contents: Contents
    options: ExportOptions

    @property
    def read(self) -> Mapping[str, int]:
        """How many resources of each type were read."""
        return self.contents.counts()

    @property
    def incomplete(self) -> tuple[str, ...]:
        """The parts of the export that are missing or can't be read, in words."""
        return tuple(self.contents.incomplete)

    def parts(self) -> Iterator[ExportPart]:
        """The sites and staff, the patients in slices, and then what there is to say of all of it.

        To be called once. Raises ExportError where it is strict for whatever is wrong, with the file, line and field.
        """
        contents = self.contents
        places, people, merged = sites.read(contents), staff.read(contents), charts.read(contents)
        teams.read(contents, people)
        general_practitioners.read(contents, people, are_members=self.options.general_practitioners)
        teams.hand_over(contents, merged)
        strict = replace(contents.doubts.of_people(), is_strict=self.options.is_strict)
        yield ExportPart(_roster(places.records, list(people.records.values())), strict)
        records = patients.read(patients.Surroundings(contents, places, people, merged))
        while some := list(islice(records, SLICE)):
            yield ExportPart(_roster(records=some), self._doubts(some))
        yield ExportPart(_roster(), self._doubts([]))
        contents.report.put_away()
        findings = contents.kept.findings()
        while said := tuple(islice(findings, SLICE)):
            yield ExportPart(_roster(), Doubts(is_strict=self.options.is_strict), said)

    def _doubts(self, records: list[dict[str, Any]]) -> Doubts:
        left = {record["id"]: self.contents.kept.left(record["id"]) for record in records}
        return replace(self.contents.doubts.of_patients(left), is_strict=self.options.is_strict)


def open_export(directory: Path, now: datetime, options: ExportOptions | None = None) -> Export:
    """Read the folder, deciding by `now` (with a time zone) which names, roles and care teams are in force.

    What is faulty is left out, or put right where its meaning is plain, and reported. Raises ExportError for a folder
    that holds no patients or no practitioners, and where it is strict for whatever is wrong, with the file, line and
    field. A reference that leads nowhere, or to more than one resource, is left out and reported in any case.
    Memory holds the staff and the places; patients and care teams are kept on disk meanwhile.
    """
    options = options or ExportOptions()
    folder = open_folder(directory)
    contents = reading.read(folder, now, is_strict=options.is_strict)
    _check_required(folder, contents)
    return Export(contents, options)


def _check_required(folder: Folder, contents: Contents) -> None:
    counts = contents.counts()
    for kind in _REQUIRED:
        is_there = counts[kind] or any(file.kind == kind for file in folder.files)
        if not is_there and not contents.is_partial(kind):
            raise ExportError(f"{kind}.ndjson", None, "", "there is no such file in the folder")


def _roster(
    places: list[dict[str, Any]] | None = None,
    people: list[dict[str, Any]] | None = None,
    records: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    return {"sites": places or [], "staff": people or [], "patients": records or []}
