"""Where the resources of an export stand: packed, in sub-folders, in Bundles, under any name; and what is missing."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from adapters.fhir.files import type_of
from router.practice.doubts import RecordKind
from router.practice.import_report import Finding
from tests.samples import fhir
from tests.samples.exports import read_export
from tests.unit.fhir.folders import folder_of, patients, text


@pytest.mark.parametrize(
    "name",
    [
        "Patient.ndjson.gz",
        "Patient.000.ndjson.gz",
        "patient.ndjson",
        "patient.000.NDJSON",
        "Patient (1).ndjson",
        "patients.jsonl",
        "Patient",
        "2026-11-23 Patient.ndjson",
        "deep/in/Patient.ndjson",
        "Patient.json",
        "export.ndjson",
        "1.ndjson",
        "fhir-export.ndjson.gz",
    ],
)
def test_patients_are_found_under_whatever_name(tmp_path: Path, name: str) -> None:
    """The name says the type in any case and place; where it says nothing, the first resource does."""
    data = text(fhir.patient("p-1"), fhir.patient("p-2"))
    folder = folder_of(tmp_path, {name: gzip.compress(data) if name.endswith("gz") else data})

    export = read_export(folder, fhir.NOW)

    assert patients(export) == ["p-1", "p-2"]
    assert (export.findings, export.incomplete) == ((), ())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("care_team.000.ndjson", "CareTeam"),
        ("care-team.ndjson", "CareTeam"),
        ("practitionerrole.ndjson", "PractitionerRole"),
        ("practitioner_role (2).ndjson", "PractitionerRole"),
        ("organizations.ndjson.gz", "Organization"),
        ("Encounter.ndjson", None),
        ("PatientInsurance.ndjson", None),
        ("notes about a patient.txt", None),
        ("Patient.zip", "Patient"),
    ],
)
def test_the_type_is_read_off_a_name(name: str, kind: str | None) -> None:
    assert type_of(name) == kind


def test_parts_are_read_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    """The plain name comes first, as browsers number what is downloaded after it, and 10 comes after 9."""
    names = ["Patient (10).ndjson", "Patient (9).ndjson", "Patient.ndjson"]
    folder = folder_of(tmp_path, {name: text(fhir.patient(f"p-{n}")) for n, name in enumerate(names)})

    assert patients(read_export(folder, fhir.NOW)) == ["p-2", "p-1", "p-0"]


@pytest.mark.parametrize("indent", [None, 2])
def test_bundles_are_read(tmp_path: Path, indent: int | None) -> None:
    """A Bundle holds resources of any type; those that aren't read are named."""
    resources = [fhir.patient("p-1"), {"resourceType": "Observation", "id": "o"}, fhir.practitioner("d-2")]
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": resource} for resource in resources] + [{}],
    }
    folder = folder_of(tmp_path, {"everything.json": json.dumps(bundle, indent=indent).encode()})

    export = read_export(folder, fhir.NOW)

    assert patients(export) == ["p-1"]
    assert [member["id"] for member in export.roster["staff"]] == ["d-1", "d-2"]
    assert export.findings == (Finding("Observation", "everything.json", "files of this type are not read"),)


def test_bundles_may_stand_in_lines_and_resources_in_a_list(tmp_path: Path) -> None:
    bundle = {"resourceType": "Bundle", "entry": [{"resource": fhir.patient("p-1")}]}
    files = {"Patient.ndjson": text(bundle), "Location.json": json.dumps([fhir.location("s-1")], indent=1).encode()}

    export = read_export(folder_of(tmp_path, files), fhir.NOW)

    assert patients(export) == ["p-1"]
    assert [site["id"] for site in export.roster["sites"]] == ["s-1"]


def test_a_bundle_without_its_next_page_is_a_part(tmp_path: Path) -> None:
    """A search result in pages is whole when every page that one names as the next is there."""

    def page(number: int, *, following: bool) -> bytes:
        links = [{"relation": "self", "url": f"https://x.example/?page={number}"}]
        links += [{"relation": "next", "url": f"https://x.example/?page={number + 1}"}] if following else []
        entry = [{"resource": fhir.patient(f"p-{number}")}]
        return json.dumps({"resourceType": "Bundle", "link": links, "entry": entry}).encode()

    folder = folder_of(tmp_path, {"a.json": page(1, following=True), "b.json": page(2, following=False)})
    whole = read_export(folder, fhir.NOW)
    (folder / "b.json").write_bytes(page(2, following=True))
    part = read_export(folder, fhir.NOW)

    assert (patients(whole), whole.incomplete) == (["p-1", "p-2"], ())
    assert part.incomplete == ("b.json, link: its next page is missing",)
    assert RecordKind.PATIENTS in part.doubts.anybody


def manifest(*names: str, **more: object) -> bytes:
    """The manifest of an export of patients in these files."""
    output = [{"type": "Patient", "url": f"https://x.example/files/{name}?token=x"} for name in names]
    return json.dumps({"transactionTime": "2026-11-23", "output": output, **more}).encode()


@pytest.mark.parametrize(
    ("there", "is_whole"),
    [
        (["a1", "b2"], True),
        (["a1.gz", "b2.ndjson.gz"], False),
        (["a1"], False),
        (["Patient.000.ndjson", "Patient.001.ndjson"], True),
        (["a1.ndjson", "Patient.ndjson"], False),
        (["a1", "Patient.ndjson"], True),
    ],
)
def test_a_manifest_says_what_there_must_be(tmp_path: Path, there: Sequence[str], is_whole: bool) -> None:  # noqa: FBT001
    """Files may have been renamed on their way, as long as there are as many of each type."""
    files = {name: text(fhir.patient(f"p-{n}")) for n, name in enumerate(there)}

    export = read_export(folder_of(tmp_path, {"manifest.json": manifest("a1", "b2"), **files}), fhir.NOW)

    assert (export.incomplete == ()) is is_whole


def test_deletions_and_errors_of_an_export_are_reported(tmp_path: Path) -> None:
    deletion = {"resourceType": "Bundle", "entry": [{"request": {"method": "DELETE", "url": "Patient/p-9"}}]}
    files = {
        "manifest.json": manifest("Patient.ndjson", deleted=[{"type": "Bundle", "url": "x"}], error=[{"url": "y"}]),
        "Patient.ndjson": text(fhir.patient("p-1")),
        "deleted.json": json.dumps(deletion).encode(),
    }

    export = read_export(folder_of(tmp_path, files), fhir.NOW)

    assert export.findings == (
        Finding("File", "manifest.json", "it lists errors: the export may be incomplete", "error"),
        Finding("File", "manifest.json", "it lists deletions, which are not applied", "deleted"),
        Finding("File", "deleted.json", "it lists deletions, which are not applied", "entry"),
    )
