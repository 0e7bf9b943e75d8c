"""Elements that other versions of FHIR have in place of those of R4."""

from pathlib import Path

import pytest

from router.practice.import_report import Level
from router.practice.roster import Mode
from tests.samples import fhir
from tests.samples.rosters import EMPTY, bring_export
from tests.unit.fhir.conftest import Read

PATIENT, DOCTOR, NURSE = fhir.patient("p-1"), fhir.practitioner("d-1"), fhir.practitioner("d-2")


def member(one: str, **elements: object) -> fhir.Json:
    """A participant as STU 3 and R5 have one: with a single role."""
    return {"member": fhir.literal("Practitioner", one), "role": {"text": "Nurse"}, **elements}


def team(*participants: fhir.Json) -> fhir.Json:
    """The care team of the patient."""
    return fhir.care_team("t-1", fhir.literal("Patient", "p-1"), *participants)


def test_who_is_no_longer_named_leaves_a_team_whose_roles_are_single(tmp_path: Path) -> None:
    """Every team counted as read in part, so that nobody ever left one."""
    first = fhir.write(tmp_path / "1", [PATIENT, DOCTOR, NURSE, team(member("d-1"), member("d-2"))])
    before = bring_export(EMPTY, first, fhir.NOW)

    after = bring_export(before, fhir.write(tmp_path / "2", [PATIENT, DOCTOR, NURSE, team(member("d-2"))]), fhir.NOW)

    assert [one.staff for one in before.patients["p-1"].care_team] == ["d-1", "d-2"]
    assert [(one.staff, one.role) for one in after.patients["p-1"].care_team] == [("d-2", "Nurse")]


@pytest.mark.parametrize(
    ("coverage", "is_member", "is_in_doubt"),
    [
        ({"end": "2020-01-31"}, False, False),
        ({"start": "2099"}, False, False),
        ({"start": "2020", "end": "2099"}, True, False),
        ({"end": "soon"}, False, True),
        ("always", False, True),
    ],
)
def test_a_member_counts_within_the_period_of_their_coverage(
    read: Read, coverage: object, *, is_member: bool, is_in_doubt: bool
) -> None:
    """Who had left a team of R5 long ago was still on it."""
    export = read(PATIENT, DOCTOR, team(member("d-1", coveragePeriod=coverage)))

    assert bool(export.roster["patients"][0]["care_team"]) is is_member
    assert ("p-1" in export.doubts.teams) is is_in_doubt


def test_who_has_left_by_their_coverage_leaves_a_team_that_is_in_doubt(tmp_path: Path) -> None:
    people = [PATIENT, DOCTOR, NURSE]
    first = fhir.write(tmp_path / "1", [*people, team(member("d-1"), member("d-2"))])
    gone = [member("d-1", coveragePeriod={"end": "2020"}), {"member": {"display": "Somebody"}}]

    after = bring_export(
        bring_export(EMPTY, first, fhir.NOW), fhir.write(tmp_path / "2", [*people, team(*gone)]), fhir.NOW
    )

    assert [one.staff for one in after.patients["p-1"].care_team] == ["d-2"]


def test_rooms_have_a_form_in_r5(read: Read) -> None:
    room = fhir.location("room", form={"coding": [{"code": "ro"}]})
    unclear = fhir.location("unclear", form=["ro"])

    export = read(room, unclear, fhir.location("site", form={"coding": [{"code": "si"}]}))

    assert [site["id"] for site in export.roster["sites"]] == ["site"]
    assert export.doubts.closed == {"room"}


def test_roles_have_contacts_in_r5(tmp_path: Path) -> None:
    """The email address of staff was taken away where it stood there."""
    role = fhir.practitioner_role("r-1", fhir.urn("d-1"), contact=[{"telecom": [fhir.email("ida@work.example")]}])
    broken = role | {"contact": ["ida@work.example"]}
    before = bring_export(EMPTY, fhir.write(tmp_path / "1", [DOCTOR, role]), fhir.NOW)

    after = bring_export(before, fhir.write(tmp_path / "2", [DOCTOR, broken]), fhir.NOW)

    assert before.staff["d-1"].email == after.staff["d-1"].email == "ida@work.example"


@pytest.mark.parametrize("elements", [{"deceasedBoolean": True}, {"deceasedDateTime": "2026-10"}])
def test_a_practitioner_who_has_died_is_inactive(tmp_path: Path, elements: fhir.Json) -> None:
    before = bring_export(EMPTY, fhir.write(tmp_path / "1", [DOCTOR, NURSE]), fhir.NOW)

    after = bring_export(before, fhir.write(tmp_path / "2", [DOCTOR | elements, NURSE]), fhir.NOW, Mode.REPLACE)

    assert {key: one.active for key, one in after.staff.items()} == {"d-1": False, "d-2": True}


@pytest.mark.parametrize(
    ("date", "is_active", "is_reported"),
    [
        ("2020-01-31", False, False),
        ("31.01.2020", False, False),
        ("20200131", False, False),
        ("1999", False, False),
        ("0001-01-01", True, True),
        ("9999-12-31T00:00:00", True, True),
        ("2099-12-31", True, True),
        ("1900-01-01", True, True),
        ("1900-01-01T05:00:00Z", True, True),
        ("19000101000000", True, True),
        ("01/01/1900", True, True),
        ("Jan  1 1900 12:00AM", True, True),
        ("2079-06-06", True, True),
        ("6.6.2079", True, True),
        ("1900-01-11", False, False),
        ("1900-01", False, False),
        ("2079-06-05", False, False),
        ("false", True, True),
        ("unknown", True, True),
        (" ", True, False),
    ],
)
def test_what_names_no_year_is_no_date_of_death(read: Read, date: str, *, is_active: bool, is_reported: bool) -> None:
    """Programs write 0001-01-01 or 9999-12-31 for a patient who is alive: all of them were inactive, unreported."""
    export = read(fhir.patient("p-1", deceasedDateTime=date))

    assert export.roster["patients"][0]["active"] is is_active
    assert [finding.level for finding in export.findings] == [Level.ATTENTION] * is_reported
    assert ("active" in export.doubts.patient_fields.get("p-1", ())) is is_reported
