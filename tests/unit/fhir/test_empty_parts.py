"""Parts of an export that hold nothing where resources should be: a replace takes nobody in them for absent."""

import codecs
import gzip
import json
from pathlib import Path

import pytest

from router.practice.doubts import RecordKind
from tests.samples import fhir
from tests.samples.exports import read_export
from tests.unit.fhir.folders import folder_of, patients, text

PAT = text(fhir.patient("p-1"))
NOTHING = {
    "no byte": b"",
    "a line end": b"\n",
    "blank lines": b" \r\n\t\n\n",
    "a byte order mark": codecs.BOM_UTF8,
    "UTF-16": codecs.BOM_UTF16_LE,
    "packed nothing": gzip.compress(b""),
    "packed blanks": gzip.compress(b"\n\n"),
    "a list that broke off": b"[\n",
}
PARTS = [
    "Patient.001.ndjson",
    "Patient.001.ndjson.gz",
    "patients (1).jsonl",
    "Patient.json",
    "1.ndjson",
    "export.ndjson.gz",
]


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("nothing", sorted(NOTHING))
def test_an_empty_file_is_a_part_that_is_missing(tmp_path: Path, name: str, nothing: str) -> None:
    """A download that broke off leaves one."""
    export = read_export(folder_of(tmp_path, {"Patient.000.ndjson": PAT, name: NOTHING[nothing]}), fhir.NOW)

    assert export.incomplete == (f"{name}: is empty",)
    assert patients(export) == ["p-1"]
    assert RecordKind.PATIENTS in export.doubts.anybody


@pytest.mark.parametrize("kind", ["Practitioner", "Location", "CareTeam", "PractitionerRole", "Organization"])
def test_of_every_type_that_is_read(tmp_path: Path, kind: str) -> None:
    folder = folder_of(tmp_path, {"Patient.ndjson": PAT, f"{kind}.2.ndjson": b""})

    assert read_export(folder, fhir.NOW).incomplete == (f"{kind}.2.ndjson: is empty",)


@pytest.mark.parametrize("name", ["Encounter.ndjson", "notes.txt", "settings.json"])
def test_an_empty_file_of_anything_else_is_none(tmp_path: Path, name: str) -> None:
    assert read_export(folder_of(tmp_path, {"Patient.ndjson": PAT, name: b""}), fhir.NOW).incomplete == ()


@pytest.mark.parametrize("data", [b"<!DOCTYPE html>\n<html>\n", b"PK\x03\x04 zip", b"gone\n", b'"gone"\n'])
@pytest.mark.parametrize("name", ["1.ndjson", "part-2.jsonl", "2.ndjson.gz", "Patient.zip", "part2-patients.zip"])
def test_a_file_that_by_its_name_holds_resources_and_does_not_is_missing(
    tmp_path: Path, name: str, data: bytes
) -> None:
    """Such as the page with which a server refused one download of several."""
    folder = folder_of(tmp_path, {"Patient.ndjson": PAT, name: data})

    assert [said.partition(":")[0] for said in read_export(folder, fhir.NOW).incomplete] == [name]


@pytest.mark.parametrize("end", ["part", "crdownload", "partial", "filepart", "tmp"])
def test_a_download_that_did_not_finish_is_missing(tmp_path: Path, end: str) -> None:
    """It may end at the end of a line, and look complete."""
    folder = folder_of(tmp_path, {"Patient.ndjson": PAT, f"Patient.1.ndjson.{end}": PAT})

    assert read_export(folder, fhir.NOW).incomplete == (f"Patient.1.ndjson.{end}: is a download that didn't finish",)


def manifest(count: object) -> bytes:
    """One that says how many resources a file has."""
    output = [{"type": "Patient", "url": "https://ehr.example/Patient.1.ndjson", "count": count}]
    return json.dumps({"transactionTime": "2026-03-02T12:00:00Z", "output": output}).encode()


@pytest.mark.parametrize(
    ("count", "data", "is_missing"),
    [(0, b"", False), (1, PAT, False), (2, PAT, True), (1, b"", True), (None, PAT, False), ("2", PAT, False)],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_has_as_many_resources_as_its_manifest_says(
    tmp_path: Path,
    count: object,
    data: bytes,
    is_missing: bool,  # noqa: FBT001
    pack,
) -> None:
    """One that was cut off at the end of a line looks complete."""
    name = "Patient.1.ndjson" + ("" if pack is bytes else ".gz")
    folder = folder_of(tmp_path, {"Patient.0.ndjson": PAT, name: pack(data), "manifest.json": manifest(count)})

    assert bool(read_export(folder, fhir.NOW).incomplete) is is_missing
