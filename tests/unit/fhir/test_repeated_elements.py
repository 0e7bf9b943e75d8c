"""Resources in which a key occurs twice: the last one is not taken in silence."""

import json
from pathlib import Path

import pytest

from adapters.fhir.entries import REPEATED
from adapters.fhir.export import ExportError, ExportOptions, open_export
from router.practice.doubts import RecordKind
from router.practice.import_report import Level
from tests.samples import fhir
from tests.samples.exports import read_export
from tests.unit.fhir.folders import folder_of, patients, text


def with_more(resource: fhir.Json, more: str) -> bytes:
    """A resource on a line, with something behind its last member."""
    return json.dumps(resource).encode()[:-1] + b", " + more.encode() + b"}\n"


def bundle(resource: bytes) -> bytes:
    """A Bundle of it."""
    return b'{"resourceType": "Bundle", "entry": [{"resource": ' + resource.strip() + b"}]}"


FRAMES = {"Patient.ndjson": lambda line: line, "all.json": bundle, "Patient.json": lambda line: b"[" + line + b"]"}


@pytest.mark.parametrize("name", sorted(FRAMES))
@pytest.mark.parametrize(
    ("more", "path"),
    [
        ('"birthDate": "1990-01-01"', "birthDate"),
        ('"name": [{"text": "Somebody Else"}]', "name"),
        ('"telecom": [{"system": "email", "value": "a@a.example", "value": "b@b.example"}]', "telecom.0.value"),
    ],
)
def test_an_element_that_occurs_twice_is_left_out_and_reported(tmp_path: Path, name: str, more: str, path: str) -> None:
    chart = fhir.patient("p-1", birthDate="1980-02-29", name=[{"text": "Pat Doe"}])

    export = read_export(folder_of(tmp_path, {name: FRAMES[name](with_more(chart, more))}), fhir.NOW)

    found = [(one.field, one.level) for one in export.findings if REPEATED in one.reason]
    assert found == [(path, Level.ATTENTION)]
    for record in export.roster["patients"]:
        assert record.get("birth_date") != "1990-01-01"
        assert record["name"] != "Somebody Else"
        assert record.get("email") is None


@pytest.mark.parametrize("more", ['"id": "p-2"', '"resourceType": "Practitioner"'])
def test_of_a_line_that_names_two_nobody_is_absent(tmp_path: Path, more: str) -> None:
    folder = folder_of(tmp_path, {"Patient.ndjson": text(fhir.patient("p-0")) + with_more(fhir.patient("p-1"), more)})

    export = read_export(folder, fhir.NOW)

    assert patients(export) == ["p-0"]
    assert RecordKind.PATIENTS in export.doubts.anybody


def test_somebody_of_whom_two_things_are_said_about_access_stays_as_they_were(tmp_path: Path) -> None:
    line = with_more(fhir.patient("p-1", active=True), '"active": false')

    export = read_export(folder_of(tmp_path, {"Patient.ndjson": line}), fhir.NOW)

    assert patients(export) == []
    assert export.doubts.staying[RecordKind.PATIENTS] == {"p-1"}
    assert export.doubts.narrowed == ()


def test_what_is_said_twice_alike_is_said(tmp_path: Path) -> None:
    line = with_more(fhir.patient("p-1", birthDate="1980-02-29"), '"birthDate": "1980-02-29"')

    export = read_export(folder_of(tmp_path, {"Patient.ndjson": line}), fhir.NOW)

    assert export.roster["patients"][0]["birth_date"] == "1980-02-29"
    assert [(one.field, one.reason, one.level) for one in export.findings] == [("birthDate", REPEATED, Level.REPAIRED)]


@pytest.mark.parametrize(
    "data",
    [
        b'{"resourceType": "Bundle", "entry": [], "entry": []}',
        b'{"resourceType": "Bundle", "entry": [{"resource": {}, "resource": {}}]}',
    ],
)
def test_a_bundle_that_names_its_entries_twice_is_a_part_that_is_missing(tmp_path: Path, data: bytes) -> None:
    folder = folder_of(tmp_path, {"Patient.ndjson": text(fhir.patient("p-1")), "Patient.1.json": data})

    assert len(read_export(folder, fhir.NOW).incomplete) == 1


def test_a_strict_import_is_refused_for_it(tmp_path: Path) -> None:
    line = with_more(fhir.patient("p-1", birthDate="1980-02-29"), '"birthDate": "1990-01-01"')
    folder = folder_of(tmp_path, {"Patient.ndjson": line})

    with pytest.raises(ExportError, match="birthDate: occurs more than once"):
        open_export(folder, fhir.NOW, ExportOptions(is_strict=True))
