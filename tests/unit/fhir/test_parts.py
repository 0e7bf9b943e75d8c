"""Exports of which a part can't be read, and resources that are there more than once."""

import gzip
from pathlib import Path

import pytest

from adapters.fhir import lines
from adapters.fhir.bundles import BundleNotes
from adapters.fhir.export import ExportError, ExportOptions
from adapters.fhir.files import SourceFile
from router.practice.doubts import RecordKind
from tests.samples import fhir
from tests.samples.exports import read_export
from tests.unit.fhir.folders import folder_of, patients, reasons, text

PACKED = gzip.compress(text(*(fhir.patient(f"p-{n}") for n in range(2000))))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("Patient.001.ndjson.gz", PACKED[: len(PACKED) // 2], "the packed file is damaged or cut off"),
        ("Patient.001.ndjson.gz", PACKED[:100] + b"x" * 500, "the packed file is damaged or cut off"),
        ("Patient.001.ndjson.zip", b"PK\x03\x04...", "it is not JSON"),
        ("Patient.001.ndjson", b"PK\x03\x04...", "it is not JSON"),
        ("patient.csv", b"id,name\n1,x\n", "it is not JSON"),
        ("Patient.json", b'{"resourceType": "Bundle",\n"entry": [', "it is not JSON, or is too long"),
    ],
)
def test_what_looks_like_patients_and_cannot_be_read_makes_a_part(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    """The rest is read, nobody counts as absent, and a strict reader refuses it."""
    folder = folder_of(tmp_path, {"Patient.000.ndjson": text(fhir.patient("first")), name: data})

    export = read_export(folder, fhir.NOW)

    assert export.incomplete == (f"{name}: can't be read ({said})",)
    assert patients(export)[0] == "first"
    assert export.doubts.anybody >= {RecordKind.PATIENTS}
    with pytest.raises(ExportError, match="can't be read"):
        read_export(folder, fhir.NOW, ExportOptions(is_strict=True))


def test_a_file_that_vanished_makes_a_part(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"Patient.000.ndjson": text(fhir.patient("p-1"))})
    (folder / "Patient.001.ndjson").symlink_to(folder / "gone")

    export = read_export(folder, fhir.NOW)

    assert export.incomplete == ("Patient.001.ndjson: can't be read (No such file or directory)",)


def test_a_packed_file_unpacks_to_so_much_and_no_more(tmp_path: Path) -> None:
    """A few bytes of gzip can't fill the memory or the day."""
    path = tmp_path / "Patient.ndjson.gz"
    path.write_bytes(gzip.compress(text(fhir.patient("p-1")) + b" " * 100_000 + b"\n"))
    source = SourceFile(path, path.name, "Patient")

    with pytest.raises(ExportError, match="decompresses to more than the limit for one file"):
        list(lines.lines_of(source, BundleNotes(), limit=50_000))


def test_a_line_that_is_too_long_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LINE_LIMIT", 2_000)
    long = fhir.patient("long", name=[{"text": "x" * 5_000}])
    folder = folder_of(tmp_path, {"Patient.ndjson": text(fhir.patient("p-1"), long, fhir.patient("p-2"))})

    export = read_export(folder, fhir.NOW)

    assert patients(export) == ["p-1", "p-2"]
    assert reasons(export) == [("Patient.ndjson:2", "was skipped: is not readable JSON")]


def test_a_file_of_no_type_that_is_broken_half_way_is_a_part(tmp_path: Path) -> None:
    """What was read of it shows that it matters."""
    files = {"all.ndjson": text(fhir.patient("p-1")) + b"{broken\n", "other.json": b"not JSON"}

    export = read_export(folder_of(tmp_path, files), fhir.NOW)

    assert patients(export) == ["p-1"]
    assert export.doubts.anybody >= set(RecordKind)
    assert reasons(export) == [
        ("all.ndjson:2", "was skipped: is not readable JSON"),
        ("other.json", "is not an NDJSON file of a FHIR type"),
    ]


def test_identical_resources_are_one_and_of_versions_the_newest_counts(tmp_path: Path) -> None:
    """By when they were last updated, else by the order of the files; only what differs is reported."""

    def version(one: str, name: str, updated: str | None = None) -> fhir.Json:
        meta = {"meta": {"lastUpdated": updated}} if updated else {}
        return fhir.patient(one, name=[{"text": name}], **meta)

    files = {
        "Patient.000.ndjson": text(
            version("same", "Same"), version("dated", "New", "2026-02-01T00:00:00Z"), version("plain", "Old")
        ),
        "Patient.001.ndjson": text(
            version("same", "Same", "2026-02-01"), version("dated", "Old", "2026-01-01"), version("plain", "New")
        ),
    }

    export = read_export(folder_of(tmp_path, files), fhir.NOW)

    assert [(patient["id"], patient["name"]) for patient in export.roster["patients"]] == [
        ("same", "Same"),
        ("dated", "New"),
        ("plain", "New"),
    ]
    several = "occurs in more than one version: the newest was used"
    assert reasons(export) == [("dated", several), ("plain", several)]
