"""Whole exports: the samples, and what comes of them."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from router.practice.people import CareTeamMember, Patient, Roster, Site
from router.practice.roster import RosterDocument, StaffRecord
from router.practice.roster_rules import check
from tests.samples import fhir
from tests.samples.exports import read_export
from tests.unit.fhir.conftest import Read


@pytest.mark.parametrize("resource", [*fhir.small(), *fhir.large(1, 4)])
def test_the_samples_are_valid_fhir(resource: fhir.Json) -> None:
    """A library that knows all of FHIR accepts every resource that the samples are made of."""
    get_fhir_model_class(resource["resourceType"]).model_validate_json(json.dumps(resource))


def test_the_small_sample_becomes_a_roster(read: Read) -> None:
    """Sites, staff, patients and their care teams are as the sample describes them."""
    export = read(*fhir.small())

    patients = {patient["id"]: patient for patient in export.roster["patients"]}
    assert [site["id"] for site in export.roster["sites"]] == ["s-1", "s-2"]
    assert [
        (member["id"], member["title"], member["email"], member["active"]) for member in export.roster["staff"]
    ] == [
        ("d-1", "Family medicine", "d1@x.example", True),
        ("d-2", "Nurse", "desk@practice.example", True),
        ("d-3", None, "desk@practice.example", True),
        ("d-4", None, None, False),
    ]
    assert export.roster["staff"][0]["name"] == "Dr. Randy380 D'Amore443"
    assert {one: record["sites"] for one, record in patients.items() if record["sites"]} == {
        "p-1": ["s-1"],
        "p-2": ["s-1", "s-2"],
    }
    assert [one for one, record in patients.items() if not record["active"]] == ["p-4", "p-5"]
    assert {one: _team(record) for one, record in patients.items() if record["care_team"]} == {
        "p-1": {"d-1": "General practice", "d-2": "Nurse", "d-3": "Care team member"},
        "p-2": {"d-4": "Cardiology", "d-2": "Nurse"},
    }


def test_the_report_counts_and_holds_no_patient_data(read: Read) -> None:
    """What was read is counted by type; what was left out is told in fixed sentences without a name or a date."""
    export = read(*fhir.small())

    assert export.read == Counter(one["resourceType"] for one in fhir.small())
    assert all(finding.source and finding.reason for finding in export.findings)
    told = repr(export.findings)
    assert not any(text in told for text in ("Ada", "1980", "MRN", "ada@", "Mother", "D'Amore"))


def test_the_roster_is_one_that_the_product_stores(read: Read) -> None:
    """The rules of rosters find nothing wrong with what comes out of an export."""
    document = _document(read(*fhir.small()).roster)

    assert check(Roster({}, {}, {}), document) == []


def test_reading_again_gives_the_same(read: Read) -> None:
    """The same folder gives the same roster and report, in the same order."""
    assert read(*fhir.small()) == read(*fhir.small())


def test_a_large_practice_is_read_whole(tmp_path: Path) -> None:
    """1,100 patients and 830 staff, each with their sites and care teams."""
    folder = fhir.write(tmp_path, fhir.large(1100, 830))

    export = read_export(folder, fhir.NOW)

    assert [len(records) for records in export.roster.values()] == [10, 830, 1100]
    assert all(len(patient["care_team"]) == len(patient["sites"]) * 4 for patient in export.roster["patients"])
    assert export.findings == ()


def _team(record: dict[str, Any]) -> dict[str, str]:
    return {member["staff"]: member["role"] for member in record["care_team"]}


def _document(roster: dict[str, Any]) -> RosterDocument:
    """Make of the JSON shape what the flows take, so that a missing or superfluous field is an error."""
    return RosterDocument(
        sites=tuple(Site(**site) for site in roster["sites"]),
        staff=tuple(StaffRecord(**record) for record in roster["staff"]),
        patients=tuple(
            Patient(
                **record
                | {
                    "birth_date": date.fromisoformat(record["birth_date"]) if record["birth_date"] else None,
                    "sites": tuple(record["sites"]),
                    "care_team": tuple(CareTeamMember(**member) for member in record["care_team"]),
                    "authorized_users": (),
                }
            )
            for record in roster["patients"]
        ),
    )
