"""The files of an export, and errors that name the place and no value."""

import json
import traceback
from pathlib import Path

import pytest

from adapters.fhir import reading
from adapters.fhir.export import ExportError, ExportOptions
from adapters.fhir.files import open_folder
from router.practice.import_report import Finding
from tests.samples import fhir
from tests.samples.exports import read_export

SECRET = "Sekret-Name"
STRICT = ExportOptions(is_strict=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An export of one practitioner and no patients."""
    return fhir.write(tmp_path / "export", [fhir.practitioner("d-1")])


def error_of(folder: Path) -> ExportError:
    """Read a folder that can't be read; the error tells no secret, with its traceback."""
    with pytest.raises(ExportError) as caught:
        read_export(folder, fhir.NOW, STRICT)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    return caught.value


@pytest.mark.parametrize(
    "name", ["Patient.000.ndjson", "Patient-1.ndjson", "Patient_1.ndjson", "1.Patient.ndjson", "Patient.ndjson"]
)
def test_files_are_known_by_the_type_in_their_name(folder: Path, name: str) -> None:
    """Numbers around the type don't matter, and a type may be spread over several files."""
    (folder / "Patient.ndjson").unlink()
    (folder / name).write_text(json.dumps(fhir.patient("p-1")))
    (folder / "Patient.zzz.ndjson").write_text(json.dumps(fhir.patient("p-2")))

    export = read_export(folder, fhir.NOW)

    assert [patient["id"] for patient in export.roster["patients"]] in (["p-1", "p-2"], ["p-2", "p-1"])
    assert export.read["Patient"] == len(export.roster["patients"])


def test_other_files_are_reported_once_and_not_read(folder: Path) -> None:
    """Files of other types, of no type and hidden ones do no harm."""
    for name in ("Encounter.000.ndjson", "Encounter.001.ndjson", "log.ndjson", "README.md", ".DS_Store"):
        (folder / name).write_text("not JSON")

    assert read_export(folder, fhir.NOW).findings == (
        Finding("Encounter", "Encounter.000.ndjson", "files of this type are not read"),
        Finding("File", "README.md", "is not an NDJSON file of a FHIR type"),
        Finding("File", "log.ndjson", "is not an NDJSON file of a FHIR type"),
    )


def test_blank_lines_and_byte_order_marks_are_fine(folder: Path) -> None:
    """Line ends of either kind, blank lines, a byte order mark and a last line without an end are read."""
    one, two = json.dumps(fhir.patient("p-1")), json.dumps(fhir.patient("p-2"))
    (folder / "Patient.ndjson").write_bytes(f"\ufeff\r\n{one}\r\n\n   \n{two}".encode())
    (folder / "Location.ndjson").write_bytes(b"\xef\xbb\xbf" + json.dumps(fhir.location("s-1")).encode())

    export = read_export(folder, fhir.NOW)

    assert [patient["id"] for patient in export.roster["patients"]] == ["p-1", "p-2"]
    assert export.roster["sites"] == [{"id": "s-1", "name": "Site s-1"}]


@pytest.mark.parametrize(
    "line",
    [f'{{"name": "{SECRET}"', f"{SECRET}", b"\xff".decode("latin-1"), "[" * 9999],
)
def test_unreadable_json_is_told_with_its_line(folder: Path, line: str) -> None:
    """A line that is no JSON is named by file and line."""
    text = f"{json.dumps(fhir.patient('p-1'))}\n\n{line}\n"
    (folder / "Patient.ndjson").write_bytes(text.encode("latin-1"))

    error = error_of(folder)

    assert str(error) == "Patient.ndjson, line 3: is not readable JSON"
    assert (error.file, error.line, error.field) == ("Patient.ndjson", 3, "")


@pytest.mark.parametrize(
    ("elements", "field"),
    [
        ({"id": SECRET * 20}, "id"),
        ({"id": ""}, "id"),
        ({"id": f"{SECRET} 1"}, "id"),
        ({"id": 7}, "id"),
        ({"resourceType": SECRET}, "resourceType"),
        ({"active": SECRET}, "active"),
        ({"name": SECRET}, "name"),
        ({"name": [{"given": [7]}]}, "name.0.given.0"),
        ({"name": [{"text": f"{SECRET}\u0007"}]}, "name"),
        ({"name": [{"text": SECRET * 50}]}, "name"),
        ({"name": [{"text": f"{SECRET}\x92"}]}, "name"),
        ({"telecom": [{"period": {"end": SECRET}}]}, "telecom.0.period.end"),
        ({"managingOrganization": {"reference": [SECRET]}}, "managingOrganization.reference"),
    ],
)
def test_an_invalid_resource_is_told_with_its_field_and_no_value(folder: Path, elements: fhir.Json, field: str) -> None:
    """The error names file, line and field; what stands there is never repeated, nor kept in the traceback."""
    (folder / "Patient.ndjson").write_text(json.dumps(fhir.patient("p-1") | elements))

    error = error_of(folder)

    assert (error.file, error.line, error.field) == ("Patient.ndjson", 1, field)
    assert str(error).startswith(f"Patient.ndjson, line 1, {field}: ")
    assert "\n" not in str(error)


@pytest.mark.parametrize("kind", ["Patient", "Practitioner", "Location"])
def test_what_becomes_a_record_must_have_an_id(folder: Path, kind: str) -> None:
    """A patient, a practitioner or a place without an id is an error."""
    (folder / f"{kind}.ndjson").write_text(json.dumps({"resourceType": kind}))

    assert str(error_of(folder)) == f"{kind}.ndjson, line 1, id: Field required"


def test_an_id_of_128_characters_is_taken(folder: Path) -> None:
    """Ids may be longer than FHIR allows, up to what the product holds."""
    (folder / "Patient.ndjson").write_text(json.dumps(fhir.patient("x" * 128)))

    assert read_export(folder, fhir.NOW).roster["patients"][0]["id"] == "x" * 128


def test_an_id_that_is_there_twice_is_an_error(folder: Path) -> None:
    """Two resources of a type with one id are told with both places, also across files."""
    (folder / "Patient.2.ndjson").write_text(json.dumps(fhir.patient(SECRET)))
    (folder / "Patient.ndjson").write_text("\n" + json.dumps(fhir.patient(SECRET)))

    error = error_of(folder)

    assert str(error) == "Patient.2.ndjson, line 1, id: is also the id of line 2 in Patient.ndjson"


@pytest.mark.parametrize(
    "resource",
    [
        fhir.patient("x", name=[{"family": "x" * 201}]),
        fhir.practitioner("x", name=[{"family": "x" * 201}]),
        fhir.location("x", name="x" * 201),
    ],
    ids=lambda one: one["resourceType"],
)
def test_a_name_that_no_roster_can_hold_is_an_error(folder: Path, resource: fhir.Json) -> None:
    """Over-long names are told with their place, not cut."""
    file = f"{resource['resourceType']}.ndjson"
    (folder / file).write_text(json.dumps(resource))

    assert str(error_of(folder)) == f"{file}, line 1, name: must have at most 200 characters"


@pytest.mark.parametrize("kind", fhir.REQUIRED)
def test_patients_and_practitioners_must_be_there(folder: Path, kind: str) -> None:
    """A folder without one of the files that make a roster is no export."""
    (folder / f"{kind}.ndjson").unlink()

    assert str(error_of(folder)) == f"{kind}.ndjson: there is no such file in the folder"


def test_a_missing_folder_and_a_file_are_told(tmp_path: Path) -> None:
    """What isn't a folder can't be read."""
    file = tmp_path / "roster.json"
    file.touch()

    assert str(error_of(tmp_path / "nowhere")) == "nowhere: there is no such folder"
    assert str(error_of(file)) == "roster.json: is not a folder"


def test_what_the_system_refuses_is_told(tmp_path: Path, folder: Path) -> None:
    """A folder that can't be opened, and a file that vanishes, are told in the system's words."""
    too_long = tmp_path / ("x" * 300)
    opened = open_folder(folder)
    (folder / "Practitioner.ndjson").unlink()

    assert error_of(too_long).message == "can't be read (File name too long)"
    with pytest.raises(ExportError, match=r"^Practitioner\.ndjson: can't be read \(No such file or directory\)$"):
        reading.read(opened, fhir.NOW, is_strict=True)
