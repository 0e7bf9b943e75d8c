"""Patients."""

import pytest

from router.practice.import_report import Finding
from tests.samples import fhir
from tests.unit.fhir.conftest import Read


def test_a_patient_has_every_field_of_the_roster(read: Read) -> None:
    """A record holds all that a chart says; nobody is told by email, or may act for them, without being asked."""
    chart = fhir.patient(
        "p-1",
        birthDate="1980-05-17",
        identifier=[fhir.identifier("x"), fhir.record_number("MRN-1"), fhir.record_number("MRN-2")],
        telecom=[fhir.email("w@work.example", use="work"), fhir.email("h@home.example", use="home")],
    )

    assert read(chart).roster["patients"] == [
        {
            "id": "p-1",
            "name": "Ada Sample p-1",
            "birth_date": "1980-05-17",
            "record_number": "MRN-1",
            "email": "h@home.example",
            "notify": False,
            "home_site": None,
            "sites": [],
            "active": True,
            "care_team": [],
            "authorized_users": [],
            "replaced_by": None,
        }
    ]


@pytest.mark.parametrize(
    ("elements", "active"),
    [
        ({}, True),
        ({"active": True}, True),
        ({"active": False}, False),
        ({"deceasedBoolean": False}, True),
        ({"deceasedBoolean": True}, False),
        ({"deceasedDateTime": "1989-05-09T20:35:22-04:00"}, False),
        ({"active": True, "deceasedDateTime": "1989"}, False),
    ],
)
def test_patients_who_have_died_or_are_inactive_take_no_part(read: Read, elements: fhir.Json, active: bool) -> None:  # noqa: FBT001
    """They stay on the roster, inactive, and the report says nothing about it."""
    export = read(fhir.patient("p-1", **elements))

    assert export.roster["patients"][0]["active"] is active
    assert export.findings == ()


@pytest.mark.parametrize("text", ["1980", "1980-05", "19800517", "1980-W05-4", "1980-02-30", "unknown", "today-date"])
def test_a_birth_date_that_is_not_full_is_left_out(read: Read, text: str) -> None:
    """A partial date is no date; the report doesn't repeat it."""
    export = read(fhir.patient("p-1", birthDate=text))

    assert export.roster["patients"][0]["birth_date"] is None
    reason = "has a birth date that is not a full date"
    assert export.findings == (Finding("Patient", "p-1", reason, "birthDate"),)


def test_a_patient_without_a_name_is_reported(read: Read) -> None:
    """A chart without a name is no patient, and its care team is nobody's."""
    team = fhir.care_team("t-1", fhir.urn("p-1"), fhir.participant(fhir.urn("d-1")))

    export = read(fhir.patient("p-1", name=[{"use": "old"}]), fhir.practitioner("d-1"), team)

    assert export.roster["patients"] == []
    assert export.findings == (Finding("Patient", "p-1", "has no name, so not imported"),)


def test_fields_that_the_roster_would_refuse_are_left_out(read: Read) -> None:
    """A record number or email that can't be used doesn't stop the others from being imported."""
    chart = fhir.patient("p-1", identifier=[fhir.record_number("x" * 129)], telecom=[fhir.email("a b")])

    export = read(chart)

    assert export.roster["patients"][0]["record_number"] is None
    assert export.findings == (
        Finding("Patient", "p-1", "has a record number that can't be used", "identifier"),
        Finding("Patient", "p-1", "has an email address that can't be used", "telecom"),
    )


def test_a_record_number_in_use_comes_before_an_old_one(read: Read) -> None:
    """Charts that were merged keep their former numbers, marked as old."""
    numbers = [fhir.record_number("MRN-old") | {"use": "old"}, fhir.record_number(" MRN-new ")]

    assert read(fhir.patient("p-1", identifier=numbers)).roster["patients"][0]["record_number"] == "MRN-new"
