"""Exports that are read as a whole, for tests that look at all of what came out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.fhir.export import ExportOptions, ExportPart, open_export
from router.practice.doubts import Doubts
from router.practice.import_report import Finding


@dataclass(frozen=True)
class WholeExport:
    """All parts of an export together."""

    roster: dict[str, list[dict[str, Any]]]
    doubts: Doubts
    findings: tuple[Finding, ...]
    read: Mapping[str, int]
    incomplete: tuple[str, ...]


def read_export(directory: Path, now: datetime, options: ExportOptions | None = None) -> WholeExport:
    """Read a folder and put its parts together."""
    export = open_export(directory, now, options)
    parts = list(export.parts())
    roster = {kind: [one for part in parts for one in part.roster[kind]] for kind in ("sites", "staff", "patients")}
    findings = tuple(finding for part in parts for finding in part.findings)
    return WholeExport(roster, _joined(parts), findings, export.read, export.incomplete)


def _joined(parts: list[ExportPart]) -> Doubts:
    every = [part.doubts for part in parts]
    kinds = {kind for doubts in every for kind in doubts.staying}
    return Doubts(
        staying={kind: frozenset().union(*(doubts.staying.get(kind, ()) for doubts in every)) for kind in kinds},
        anybody=frozenset().union(*(doubts.anybody for doubts in every)),
        site_fields={key: names for doubts in every for key, names in doubts.site_fields.items()},
        staff_fields={key: names for doubts in every for key, names in doubts.staff_fields.items()},
        patient_fields={key: names for doubts in every for key, names in doubts.patient_fields.items()},
        teams=frozenset().union(*(doubts.teams for doubts in every)),
        every_team=any(doubts.every_team for doubts in every),
        left={key: staff for doubts in every for key, staff in doubts.left.items()},
        members={key: members for doubts in every for key, members in doubts.members.items()},
        closed=frozenset().union(*(doubts.closed for doubts in every)),
        narrowed=tuple(narrowing for doubts in every for narrowing in doubts.narrowed),
    )
