"""Reading a FHIR R4 bulk export folder into a roster document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.fhir import charts, general_practitioners, patients, reading, sites, staff, teams
from adapters.fhir.contents import Contents
from adapters.fhir.errors import ExportError
from adapters.fhir.files import Folder, open_folder
from adapters.fhir.teams import Care
from router.practice.doubts import Doubts
from router.practice.import_report import Finding

__all__ = ["Export", "ExportError", "ExportOptions", "read_export"]

_REQUIRED = ("Patient", "Practitioner")


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How an export is read."""

    is_strict: bool = False
    """Whatever is wrong with a resource refuses the whole export."""
    general_practitioners: bool = False
    """Whom a chart names as general practitioner is a member of the patient's care team."""


@dataclass(frozen=True, slots=True)
class Export:
    """What came out of an export folder."""

    roster: dict[str, Any]
    """The document of `PUT /v1/roster`: `sites`, `staff` (never with `roles`, which stay as they are), `patients`."""
    findings: tuple[Finding, ...]
    """What is not in the roster as the export has it, and why."""
    read: Mapping[str, int]
    """How many resources of each type were read."""
    doubts: Doubts
    """What could not be read, so that it stays as it is."""
    incomplete: tuple[str, ...]
    """The parts of the export that are missing or can't be read, in words."""


def read_export(directory: Path, now: datetime, options: ExportOptions | None = None) -> Export:
    """Read the folder, deciding by `now` (with a time zone) which names, roles and care teams are in force.

    What is faulty is left out, or put right where its meaning is plain, and reported. Raises ExportError for a folder
    that holds no patients or no practitioners, and where it is strict for whatever is wrong, with the file, line and
    field. A reference that leads nowhere, or to more than one resource, is left out and reported in any case.
    """
    options = options or ExportOptions()
    folder = open_folder(directory)
    everything = reading.read(folder, now, is_strict=options.is_strict)
    _check_required(folder, everything)
    places = sites.read(everything)
    people = staff.read(everything)
    merged = charts.read(everything)
    care = teams.read(everything, people)
    general_practitioners.read(everything, people, care, are_members=options.general_practitioners)
    _hand_over_teams(merged, care)
    records = patients.read(patients.Surroundings(everything, places, people, care, merged))
    roster = {"sites": places.records, "staff": list(people.records.values()), "patients": records}
    return Export(
        roster,
        tuple(everything.report.findings),
        everything.counts(),
        everything.doubts.settled(),
        tuple(everything.incomplete),
    )


def _check_required(folder: Folder, everything: Contents) -> None:
    for kind in _REQUIRED:
        is_there = everything.resources[kind] or any(file.kind == kind for file in folder.files)
        if not is_there and not everything.is_partial(kind):
            raise ExportError(f"{kind}.ndjson", None, "", "there is no such file in the folder")


def _hand_over_teams(merged: charts.MergedCharts, care: dict[str, Care]) -> None:
    """Who cares for a patient by a chart that was merged cares for them by the one that took its place."""
    for patient in merged.into:
        target = merged.last(patient)
        if patient in care and target != patient:
            care.setdefault(target, Care()).add(care[patient])
