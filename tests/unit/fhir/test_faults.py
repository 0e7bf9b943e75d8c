"""Faulty resources: what can be read of them counts, and nobody who is known loses anything by the rest."""

import json
from pathlib import Path
from typing import Any

import pytest

from router.practice.import_report import Finding, Level
from router.practice.people import Roster
from router.practice.roster import Mode
from tests.samples import fhir
from tests.samples.exports import WholeExport, read_export
from tests.samples.rosters import EMPTY, bring_export
from tests.unit.fhir.conftest import Read

PATIENT = fhir.literal("Patient", "p-1")
CHART = fhir.patient(
    "p-1",
    active=True,
    birthDate="1980-05-17",
    identifier=[fhir.record_number("MRN-1")],
    telecom=[fhir.email("p@home.example")],
    managingOrganization=fhir.literal("Organization", "o-1"),
    generalPractitioner=[fhir.literal("Practitioner", "d-1")],
    deceasedBoolean=False,
)
DOCTOR = fhir.practitioner("d-1", telecom=[fhir.email("d1@practice.example")])
NURSE = fhir.practitioner("d-2")
ROLE = fhir.practitioner_role(
    "r-1",
    fhir.literal("Practitioner", "d-1"),
    code=[fhir.concept("Family medicine")],
    location=[fhir.literal("Location", "s-1")],
    period={"start": "2020"},
)
PLACE = fhir.location("s-1", fhir.literal("Organization", "o-1"))
TEAM = fhir.care_team(
    "t-1",
    PATIENT,
    fhir.participant(fhir.literal("Practitioner", "d-1"), "Doctor", period={"start": "2020"}),
    fhir.participant(fhir.literal("Practitioner", "d-2"), "Nurse"),
    period={"start": "2020"},
    managingOrganization=[fhir.literal("Organization", "o-1")],
)
PRACTICE = (CHART, DOCTOR, NURSE, ROLE, PLACE, fhir.organization("o-1"), TEAM)
WRONG: tuple[Any, ...] = (7, "x y", [7], [None], {"x": 1}, [[]])


def brought(tmp_path: Path, current: Roster, *resources: fhir.Json, mode: Mode = Mode.MERGE) -> Roster:
    """The roster after an export of these resources."""
    folder = tmp_path / f"export-{len(list(tmp_path.iterdir()))}"
    return bring_export(current, fhir.write(folder, resources), fhir.NOW, mode)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Roster:
    """The practice as it is before anything is faulty."""
    roster = brought(tmp_path_factory.mktemp("known"), EMPTY, *PRACTICE)
    assert [len(roster.patients["p-1"].care_team), roster.patients["p-1"].home_site] == [2, "s-1"]
    return roster


def elements() -> list[tuple[int, str]]:
    """Every element of every resource of the practice, but its type."""
    return [(place, name) for place, one in enumerate(PRACTICE) for name in one if name != "resourceType"]


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(("place", "name"), elements())
def test_nobody_loses_anything_by_an_element_of_another_type(
    tmp_path: Path, known: Roster, place: int, name: str, mode: Mode
) -> None:
    """Whatever element of whatever resource is of a wrong type: the practice stays exactly as it was."""
    for wrong in WRONG:
        if name == "name" and wrong == "x y":
            continue  # A name as plain text is what a Location has.
        faulty = [{**one, name: wrong} if n == place else one for n, one in enumerate(PRACTICE)]

        assert brought(tmp_path, known, *faulty, mode=mode) == known, wrong


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("place", range(len(PRACTICE)))
@pytest.mark.parametrize("damage", ["cut", "no id", "empty", "garbage"])
def test_nobody_loses_anything_by_a_line_that_cannot_be_read(
    tmp_path: Path, known: Roster, place: int, damage: str, mode: Mode
) -> None:
    folder = fhir.write(tmp_path / "faulty", [one for n, one in enumerate(PRACTICE) if n != place])
    resource = PRACTICE[place]
    line = json.dumps(resource)
    damaged = {
        "cut": line[: len(line) // 2],
        "no id": json.dumps({key: value for key, value in resource.items() if key != "id"}),
        "empty": "{}",
        "garbage": "\x00\xff[[[",
    }[damage]
    file = folder / f"{resource['resourceType']}.ndjson"
    with file.open("a", encoding="latin-1") as opened:
        opened.write(damaged)

    assert bring_export(known, folder, fhir.NOW, mode) == known


def test_a_faulty_resource_is_reported_with_file_and_line_and_the_rest_is_read(read: Read) -> None:
    export = read(CHART | {"birthDate": 1980, "telecom": None}, fhir.patient("p-2"), DOCTOR | {"id": 7})

    assert [patient["id"] for patient in export.roster["patients"]] == ["p-1", "p-2"]
    told = {
        (finding.type, finding.field, finding.file, finding.line)
        for finding in export.findings
        if finding.level is Level.ATTENTION
    }
    assert told >= {
        ("Patient", "telecom", "Patient.ndjson", 1),
        ("Patient", "birthDate", "Patient.ndjson", 1),
        ("Practitioner", "id", "Practitioner.ndjson", 1),
    }


@pytest.mark.parametrize(
    ("faulty", "lost"),
    [
        (CHART | {"active": False, "deceasedBoolean": "perhaps"}, "patient"),
        (CHART | {"active": False, "name": [{"text": 7}]}, "patient"),
        (CHART | {"deceasedDateTime": "2026-01-01", "link": 7}, "patient"),
        (DOCTOR | {"active": False, "name": 7}, "staff"),
    ],
)
def test_what_narrows_access_is_applied_although_the_rest_is_faulty(
    tmp_path: Path, known: Roster, faulty: fhir.Json, lost: str
) -> None:
    after = brought(tmp_path, known, *(faulty if one["id"] == faulty["id"] else one for one in PRACTICE))

    assert after.patients["p-1"].active is (lost != "patient")
    assert after.staff["d-1"].active is (lost != "staff")
    assert after.patients["p-1"].name == known.patients["p-1"].name
    assert after.patients["p-1"].care_team == known.patients["p-1"].care_team


@pytest.mark.parametrize(
    "faulty",
    [
        TEAM | {"participant": [{**TEAM["participant"][0], "period": {"end": "2020"}}, {"member": 7}]},
        TEAM | {"status": "inactive", "period": 7, "participant": TEAM["participant"][:1]},
    ],
)
def test_who_has_left_leaves_although_the_team_is_faulty(tmp_path: Path, known: Roster, faulty: fhir.Json) -> None:
    after = brought(tmp_path, known, *PRACTICE[:-1], faulty)

    assert [member.staff for member in after.patients["p-1"].care_team] == ["d-2"]


def test_references_to_a_skipped_record_are_reported_with_it(tmp_path: Path, known: Roster, read: Read) -> None:
    """A member whose own record is faulty stays on the teams where they are known, and is left out where not."""
    nameless = DOCTOR | {"active": "perhaps"}
    export = read(CHART, nameless, NURSE, TEAM)
    after = brought(tmp_path, known, CHART, nameless, NURSE, PLACE, fhir.organization("o-1"), TEAM)

    assert [member["staff"] for member in export.roster["patients"][0]["care_team"]] == ["d-2"]
    reason = "a participant is a practitioner whose record was skipped"
    skipped = Finding("CareTeam", "t-1", reason, "participant.0.member")
    assert skipped in export.findings
    assert [member.staff for member in after.patients["p-1"].care_team] == ["d-1", "d-2"]


def mended(export: WholeExport) -> list[tuple[str, str]]:
    """What was put right."""
    return [(finding.source, finding.field) for finding in export.findings if finding.level is Level.REPAIRED]


def test_what_can_be_repaired_is(read: Read) -> None:
    """One value in the place of a list, a flag as text, punctuation of Windows-1252, a name that is too long."""
    export = read(
        fhir.patient("one", name={"family": "Sample", "given": "Ada"}),
        fhir.patient("flag", active="false"),
        fhir.patient("wrong", name=[{"text": "O\x92Neil\x07"}]),
        fhir.patient("long", name=[{"text": "x" * 300}]),
        fhir.practitioner("d-1"),
        fhir.practitioner_role("r-1", fhir.literal("Practitioner", "d-1"), code=[fhir.concept("Nurse\x92s aide")]),
        fhir.location("s-1", name="St. Mary\x92s"),
    )

    by_id = {patient["id"]: patient for patient in export.roster["patients"]}
    assert by_id["one"]["name"] == "Ada Sample"
    assert not by_id["flag"]["active"]
    assert by_id["wrong"]["name"] == "O\u2019Neil"
    assert by_id["long"]["name"] == "x" * 199 + "\u2026"
    assert export.roster["staff"][0]["title"] == "Nurse\u2019s aide"
    assert export.roster["sites"][0]["name"] == "St. Mary\u2019s"
    assert sorted(mended(export)) == [
        ("d-1", "title"),
        ("flag", "active"),
        ("long", "name"),
        ("one", "name"),
        ("one", "name.0.given"),
        ("s-1", "name"),
        ("wrong", "name"),
        ("wrong", "name"),
    ]


def test_a_file_in_windows_1252_is_read_as_such(tmp_path: Path) -> None:
    folder = fhir.write(tmp_path, [fhir.practitioner("d-1")])
    (folder / "Patient.ndjson").write_bytes(
        json.dumps(fhir.patient("p-1", name=[{"text": "Zoë O\u2019Neil"}]), ensure_ascii=False).encode("cp1252")
    )

    roster = bring_export(EMPTY, folder, fhir.NOW)

    assert roster.patients["p-1"].name == "Zoë O\u2019Neil"
    # It may have been another encoding.
    guesses = [one.level for one in read_export(folder, fhir.NOW).findings if "Windows-1252" in one.reason]
    assert Level.ATTENTION in guesses


@pytest.mark.parametrize("text", ["1980", "1980-05"])
def test_a_birth_date_known_in_part_is_normal(read: Read, text: str) -> None:
    assert [
        finding.level for finding in read(CHART | {"birthDate": text}).findings if finding.field == "birthDate"
    ] == [Level.NORMAL]


@pytest.mark.parametrize("text", ["0001-01-01", "1753-01-01", "1899-12-30", "2970-05-06"])
def test_a_birth_date_that_no_roster_takes_is_left_out_and_costs_nobody_else(tmp_path: Path, text: str) -> None:
    """Databases write such dates for what they don't know."""
    folder = fhir.write(tmp_path, [CHART | {"birthDate": text}, fhir.patient("p-2", birthDate="1980-05-06"), DOCTOR])

    roster = bring_export(EMPTY, folder, fhir.NOW)

    assert {key: str(chart.birth_date) for key, chart in roster.patients.items()} == {
        CHART["id"]: "None",
        "p-2": "1980-05-06",
    }


ABSENT_AS_NULL = (
    CHART | dict.fromkeys(("link", "meta", "managingOrganization", "generalPractitioner", "active", "birthDate")),
    DOCTOR | {"meta": None},
    fhir.care_team("t-1", fhir.literal("Patient", CHART["id"]), fhir.participant(fhir.literal("Practitioner", "d-1")))
    | {"period": None, "managingOrganization": None},
    fhir.practitioner_role("r-1", fhir.literal("Practitioner", "d-1"), period=None, specialty=None, location=None),
)


def test_null_is_read_as_absent_where_that_takes_nothing_from_anybody(read: Read) -> None:
    """Many programs write null for whatever isn't there."""
    export = read(*ABSENT_AS_NULL)

    (chart,) = export.roster["patients"]
    assert (chart["active"], [member["staff"] for member in chart["care_team"]]) == (True, ["d-1"])
    assert {one.level for one in export.findings if "null" in one.reason} == {Level.REPAIRED}


@pytest.mark.parametrize("element", ["telecom", "identifier", "name"])
def test_null_in_place_of_a_list_empties_nothing(read: Read, element: str) -> None:
    export = read(CHART | {element: None}, DOCTOR)

    assert [one.level for one in export.findings if one.field == element] == [Level.ATTENTION]
