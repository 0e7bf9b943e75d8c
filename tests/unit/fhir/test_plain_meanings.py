"""Elements that aren't as FHIR R4 has them, but whose meaning is plain: they are read, and reported as put right."""

import json
from pathlib import Path

import pytest

from router.practice.import_report import Level
from tests.samples import fhir
from tests.samples.exports import WholeExport, read_export
from tests.unit.fhir.folders import folder_of, patients, text


def read(tmp_path: Path, **elements: object) -> WholeExport:
    """An export of one chart with these elements."""
    return read_export(folder_of(tmp_path, {"Patient.ndjson": text(fhir.patient("p-1", **elements))}), fhir.NOW)


def levels(export: WholeExport) -> list[tuple[str, Level]]:
    """Which elements are reported, and how."""
    return [(finding.field, finding.level) for finding in export.findings]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ({"family": ["Doe"], "given": ["Pat"]}, "Pat Doe"),
        ({"family": ["García", "López"], "given": ["José"]}, "José García López"),
        ({"text": ["Pat Doe"]}, "Pat Doe"),
        ({"text": "Pat D&#39;Arcy"}, "Pat D'Arcy"),
    ],
)
def test_lists_in_place_of_texts_are_texts(tmp_path: Path, name: dict[str, object], expected: str) -> None:
    """In DSTU 2 a family name was a list."""
    export = read(tmp_path, name=[name])

    assert export.roster["patients"][0]["name"] == expected
    assert [level for _, level in levels(export)] == [Level.REPAIRED]
    assert "name" not in export.doubts.patient_fields["p-1"]


@pytest.mark.parametrize("value", [1, "Y", "yes", "TRUE "])
def test_what_says_yes_or_no_says_it(tmp_path: Path, value: object) -> None:
    alive, dead = read(tmp_path, active=value), read(tmp_path, deceasedBoolean=value)

    assert alive.roster["patients"][0]["active"] is True
    assert dead.roster["patients"][0]["active"] is False
    assert levels(alive) == [("active", Level.REPAIRED)]


@pytest.mark.parametrize(
    "elements",
    [{"deceasedDateTime": ""}, {"deceasedDateTime": " "}, {"deceasedBoolean": ""}, {"active": ""}, {"meta": ""}],
)
def test_an_empty_text_is_what_is_absent(tmp_path: Path, elements: dict[str, str]) -> None:
    """It was read as the day on which a patient died."""
    export = read(tmp_path, **elements)

    assert export.roster["patients"][0]["active"] is True
    assert all(level is Level.REPAIRED for _, level in levels(export))


def test_a_team_whose_end_is_an_empty_text_has_not_ended(tmp_path: Path) -> None:
    member = fhir.participant(fhir.literal("Practitioner", "d-1"), period={"start": "", "end": ""})
    team = fhir.care_team("t-1", fhir.literal("Patient", "p-1"), member, period={"end": ""})
    folder = folder_of(tmp_path, {"Patient.ndjson": text(fhir.patient("p-1")), "CareTeam.ndjson": text(team)})

    export = read_export(folder, fhir.NOW)

    assert [one["staff"] for one in export.roster["patients"][0]["care_team"]] == ["d-1"]
    assert not export.doubts.every_team


def test_entries_of_a_bundle_may_stand_on_lines(tmp_path: Path) -> None:
    """As `jq -c '.entry[]'` writes them."""
    nameless = fhir.patient("p-2")
    del nameless["id"]
    entries = [
        {"fullUrl": "https://ehr.example/Patient/p-1", "resource": fhir.patient("p-1")},
        {"fullUrl": "urn:uuid:p-2", "resource": nameless, "search": {"mode": "match"}},
    ]
    data = b"".join(json.dumps(entry).encode() + b"\n" for entry in entries)

    export = read_export(folder_of(tmp_path, {"Patient.ndjson": data}), fhir.NOW)

    assert (patients(export), export.findings) == (["p-1", "p-2"], ())


def test_files_that_were_put_together_have_byte_order_marks_in_the_middle(tmp_path: Path) -> None:
    data = b"".join(b"\xef\xbb\xbf" + text(fhir.patient(one)) for one in ("p-1", "p-2"))

    export = read_export(folder_of(tmp_path, {"Patient.ndjson": data}), fhir.NOW)

    assert (patients(export), export.findings) == (["p-1", "p-2"], ())
