"""Reading a FHIR R4 bulk export folder into a roster document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.fhir import contents, patients, sites, staff, teams
from adapters.fhir.files import ExportError, open_folder
from adapters.fhir.report import Skipped

__all__ = ["Export", "ExportError", "Skipped", "read_export"]

_REQUIRED = ("Patient", "Practitioner")


@dataclass(frozen=True, slots=True)
class Export:
    """What came out of an export folder."""

    roster: dict[str, Any]
    """The document of `PUT /v1/roster`: `sites`, `staff` (never with `roles`, which stay as they are), `patients`."""
    skipped: tuple[Skipped, ...]
    """What is not in the roster, and why."""
    read: Mapping[str, int]
    """How many resources of each type were read."""


def read_export(directory: Path, now: datetime) -> Export:
    """Read the folder, deciding by `now` (with a time zone) which names, roles and care teams have ended.

    Raises ExportError, with the file, line and field, for a folder or a resource that can't be read. A reference that
    leads nowhere, or to more than one resource, is left out and reported instead.
    """
    folder = open_folder(directory)
    for kind in _REQUIRED:
        if kind not in folder.files:
            raise ExportError(f"{kind}.ndjson", None, "", "there is no such file in the folder")
    everything = contents.read(folder, now)
    places = sites.read(everything)
    people = staff.read(everything)
    charts = patients.read(everything, places, teams.read(everything, people))
    roster = {"sites": places.records, "staff": list(people.records.values()), "patients": charts}
    return Export(roster, tuple(everything.report.skipped), everything.counts())
