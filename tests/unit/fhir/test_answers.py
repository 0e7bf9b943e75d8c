"""What servers answer instead of resources, and what they say of a search beside its matches."""

import json
from pathlib import Path

import pytest

from adapters.fhir.bundles import FAILED
from adapters.fhir.reading import NOTHING_READABLE
from tests.samples import fhir
from tests.samples.exports import read_export
from tests.unit.fhir.folders import folder_of, patients, text

PAT = text(fhir.patient("p-1"))


def outcome(severity: str) -> fhir.Json:
    """What a server has to say."""
    return {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": "exception"}]}


@pytest.mark.parametrize(
    "answer", [outcome("error"), {"error": "invalid_token"}, {"id": "p-2", "name": [{"text": "x"}]}]
)
@pytest.mark.parametrize("name", ["Patient.001.ndjson", "Patient.json", "1.ndjson"])
def test_a_part_that_holds_an_answer_and_no_resource_is_missing(tmp_path: Path, answer: fhir.Json, name: str) -> None:
    """As of a request whose token had run out."""
    export = read_export(folder_of(tmp_path, {"Patient.000.ndjson": PAT, name: text(answer)}), fhir.NOW)

    assert export.incomplete == (f"{name}: {NOTHING_READABLE}",)
    assert patients(export) == ["p-1"]


@pytest.mark.parametrize("name", ["OperationOutcome.ndjson", "errors.ndjson", "7.ndjson"])
def test_the_errors_of_an_export_are_no_part_of_it(tmp_path: Path, name: str) -> None:
    """The manifest lists what went wrong apart from the data, under any name."""
    listed = {"type": "OperationOutcome", "url": f"https://x.example/{name}"}
    manifest = {"output": [{"type": "Patient", "url": "https://x.example/Patient.ndjson"}], "error": [listed, 7]}
    files = {"Patient.ndjson": PAT, name: text(outcome("error")), "manifest.json": json.dumps(manifest).encode()}

    assert read_export(folder_of(tmp_path, files), fhir.NOW).incomplete == ()


@pytest.mark.parametrize(
    ("said", "incomplete"),
    [
        (outcome("warning"), ()),
        (outcome("error"), (f"Patient.json, entry: {FAILED}",)),
        ({"resourceType": "OperationOutcome", "issue": [7]}, ()),
        (None, ()),
    ],
)
@pytest.mark.parametrize("ids", [["p-1"], []])
def test_what_is_said_of_a_search_is_no_match(
    tmp_path: Path, said: fhir.Json | None, incomplete: tuple[str, ...], ids: list[str]
) -> None:
    """Epic warns so of what it leaves out; nobody is lost for it, unless the search failed."""
    entries: list[fhir.Json] = [{"resource": fhir.patient(one), "search": {"mode": "match"}} for one in ids]
    entries.append({"resource": said, "search": {"mode": "outcome"}})
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(ids), "entry": entries}

    export = read_export(folder_of(tmp_path, {"Patient.json": json.dumps(bundle).encode()}), fhir.NOW)

    assert (patients(export), export.incomplete, export.findings[len(incomplete) :]) == (ids, incomplete, ())
