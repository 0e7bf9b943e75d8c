"""Export folders whose files are written one by one, and what came of them."""

import json
from pathlib import Path

from tests.samples import fhir
from tests.samples.exports import WholeExport


def text(*resources: fhir.Json) -> bytes:
    """Resources as NDJSON."""
    return b"".join(json.dumps(resource).encode() + b"\n" for resource in resources)


def folder_of(tmp_path: Path, files: dict[str, bytes]) -> Path:
    """An export of one practitioner, and these files."""
    folder = tmp_path / "export"
    for name, data in {"Practitioner.ndjson": text(fhir.practitioner("d-1")), **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def patients(export: WholeExport) -> list[str]:
    """The ids of the patients that were read."""
    return [patient["id"] for patient in export.roster["patients"]]


def reasons(export: WholeExport) -> list[tuple[str, str]]:
    """What is said of which file."""
    return [(finding.source, finding.reason) for finding in export.findings]
