"""Files in which resources aren't framed as NDJSON: nobody in them is lost, or taken for absent."""

import codecs
import json
from pathlib import Path

import pytest

from adapters.fhir import full_urls, lines
from router.practice.doubts import RecordKind
from tests.samples import fhir
from tests.samples.exports import read_export
from tests.unit.fhir.folders import folder_of, patients, reasons, text

TWO = fhir.patient("p-1"), fhir.patient("p-2", name=[{"text": "Zoë } { [ , 👩🏽"}], text={"div": "a\u2028b\x85c"})
ONE, OTHER = (json.dumps(one).encode() for one in TWO)
RAW = "".join(json.dumps(one, ensure_ascii=False) + "\r\n" for one in TWO)
BUNDLE = {"resourceType": "Bundle", "entry": [{"resource": one} for one in TWO]}

FRAMINGS = {
    "commas": ONE + b",\n" + OTHER + b",\n",
    "list over lines": b"[\n" + ONE + b",\n" + OTHER + b"\n]\n",
    "list that begins on the line": b"[" + ONE + b",\n" + OTHER + b"]\n",
    "list on one line": json.dumps(TWO).encode(),
    "two on a line": ONE + OTHER + b"\n",
    "two on a line with a blank": ONE + b" \t" + OTHER,
    "carriage returns": ONE + b"\r" + OTHER + b"\r",
    "record separators": b"\x1e" + ONE + b"\n\x1e" + OTHER + b"\n",
    "blank lines": b"\n \n" + ONE + b"\n\n\t\n" + OTHER + b"\n\n",
    "pretty": b"\n".join(json.dumps(one, indent=2).encode() for one in TWO),
    "pretty list": json.dumps(TWO, indent=2).encode(),
    "UTF-16, little end first": codecs.BOM_UTF16_LE + RAW.encode("utf-16-le"),
    "UTF-16, big end first": codecs.BOM_UTF16_BE + RAW.encode("utf-16-be"),
    "pretty UTF-16": "\ufeff".encode("utf-16-le") + json.dumps(TWO, indent=1).encode("utf-16-le"),
    "Bundle in a Bundle": json.dumps({"resourceType": "Bundle", "entry": [{"resource": BUNDLE}]}).encode(),
    "pretty Bundle": json.dumps(BUNDLE, indent=2).encode(),
}


@pytest.mark.parametrize("name", ["Patient.ndjson", "Patient.json", "export.json"])
@pytest.mark.parametrize("framing_of", sorted(FRAMINGS))
def test_resources_are_read_however_they_are_framed(tmp_path: Path, framing_of: str, name: str) -> None:
    export = read_export(folder_of(tmp_path, {name: FRAMINGS[framing_of]}), fhir.NOW)

    assert (patients(export), export.findings, export.incomplete) == (["p-1", "p-2"], (), ())
    assert export.roster["patients"][1]["name"] == TWO[1]["name"][0]["text"]


@pytest.mark.parametrize("broken", [ONE + OTHER[:40], ONE[:40] + OTHER, ONE + b"]}" + OTHER])
def test_of_a_line_that_holds_several_nobody_counts_as_absent(tmp_path: Path, broken: bytes) -> None:
    """Its first id alone doesn't say who is in it."""
    folder = folder_of(tmp_path, {"Patient.ndjson": text(fhir.patient("p-0")) + broken + b"\n"})

    export = read_export(folder, fhir.NOW)

    assert (patients(export), len(export.findings)) == (["p-0"], 1)
    assert RecordKind.PATIENTS in export.doubts.anybody


def test_of_a_line_that_holds_several_care_teams_every_team_is_in_doubt(tmp_path: Path) -> None:
    teams = [fhir.care_team(f"t-{one}", fhir.literal("Patient", one)) for one in ("p-1", "p-2")]
    broken = text(teams[0]).strip() + text(teams[1])[:50]
    folder = folder_of(tmp_path, {"Patient.ndjson": ONE + b"\n" + OTHER, "CareTeam.ndjson": broken})

    assert read_export(folder, fhir.NOW).doubts.every_team


def test_pretty_resources_of_which_one_is_broken_are_all_in_doubt(tmp_path: Path) -> None:
    pretty = FRAMINGS["pretty"].replace(b'"id": "p-2",', b'"id": ')

    export = read_export(folder_of(tmp_path, {"Patient.ndjson": pretty}), fhir.NOW)

    assert (patients(export), bool(export.incomplete)) == ([], True)
    assert RecordKind.PATIENTS in export.doubts.anybody


@pytest.mark.parametrize("data", [b"<html>\n<body>502</body>\n</html>\n", b"id,name\n1,Lee\n", b"\0" * 4096])
def test_a_file_without_one_readable_line_is_a_part_that_is_missing(tmp_path: Path, data: bytes) -> None:
    folder = folder_of(tmp_path, {"Patient.ndjson": text(fhir.patient("p-1")), "Patient.001.ndjson": data})

    said = "can't be read (no line of it is a resource in JSON)"
    assert read_export(folder, fhir.NOW).incomplete == (f"Patient.001.ndjson: {said}",)


def test_an_empty_list_holds_nobody(tmp_path: Path) -> None:
    export = read_export(folder_of(tmp_path, {"Patient.ndjson": b"[]\n", "Patient.1.json": b"[\n]\n"}), fhir.NOW)

    assert (patients(export), export.findings, export.incomplete) == ([], (), ())


def test_what_stands_in_a_list_besides_resources_is_reported(tmp_path: Path) -> None:
    export = read_export(folder_of(tmp_path, {"Patient.ndjson": b"[" + ONE + b", 7]\n"}), fhir.NOW)

    assert (patients(export), export.incomplete) == (["p-1"], ())
    assert reasons(export) == [("Patient.ndjson:1", "was skipped: Input should be an object")]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("urn:uuid:0195-a", "0195-a"),
        ("https://ehr.example/fhir/Patient/9", "9"),
        ("", None),
        ("urn:oid:1.2", None),
        (7, None),
    ],
)
def test_an_entry_gives_its_resource_the_id_that_it_lacks(address: object, found: str | None) -> None:
    """Bundles of transactions name their resources by `fullUrl` alone."""
    assert full_urls.with_id({"resourceType": "Patient"}, address) == (
        {"id": found, "resourceType": "Patient"} if found else {"resourceType": "Patient"}
    )
    assert full_urls.with_id({"id": "own"}, address) == {"id": "own"}


def test_a_transaction_is_read_by_its_full_urls(tmp_path: Path) -> None:
    doctor, chart = fhir.practitioner("x"), fhir.patient("y")
    team = fhir.care_team("t", fhir.urn("0195-b"), fhir.participant(fhir.urn("0195-a")))
    for resource in (doctor, chart):
        del resource["id"]
    entries = [
        {"fullUrl": "urn:uuid:0195-a", "resource": doctor},
        {"fullUrl": "urn:uuid:0195-b", "resource": chart},
        {"resource": team},
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}

    export = read_export(folder_of(tmp_path, {"all.json": json.dumps(bundle).encode()}), fhir.NOW)

    assert patients(export) == ["0195-b"]
    assert [member["staff"] for member in export.roster["patients"][0]["care_team"]] == ["0195-a"]


def test_a_pretty_file_that_is_too_long_to_be_read_whole_costs_nobody_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "WHOLE_LIMIT", 100)

    export = read_export(folder_of(tmp_path, {"Patient.ndjson": FRAMINGS["pretty"]}), fhir.NOW)

    assert RecordKind.PATIENTS in export.doubts.anybody
