"""Staff, their titles and their email."""

import pytest

from adapters.fhir.staff import NO_ROLE_IN_FORCE
from router.practice.import_report import Finding
from tests.samples import fhir
from tests.unit.fhir.conftest import Read

DOCTOR = fhir.literal("Practitioner", "d-1")


def test_a_practitioner_becomes_staff_without_roles(read: Read) -> None:
    """A record has id, name, email, title and active; roles are not the import's to say."""
    export = read(
        fhir.practitioner("d-1", telecom=[fhir.email("d1@x.example")]),
        fhir.practitioner("d-2", active=False),
        {"resourceType": "Practitioner", "id": "d-3", "name": [{"text": "Says nothing of active"}]},
    )

    assert export.roster["staff"] == [
        {"id": "d-1", "name": "Dr. Ida Sample d-1", "email": "d1@x.example", "title": None, "active": True},
        {"id": "d-2", "name": "Dr. Ida Sample d-2", "email": None, "title": None, "active": False},
        {"id": "d-3", "name": "Says nothing of active", "email": None, "title": None, "active": True},
    ]


def test_a_practitioner_without_a_name_is_reported(read: Read) -> None:
    """Nobody can choose somebody who has no name."""
    export = read(fhir.practitioner("d-1", name=[]))

    assert export.roster["staff"] == []
    assert export.findings == (Finding("Practitioner", "d-1", "has no name, so not imported"),)


@pytest.mark.parametrize(
    "holder",
    [
        DOCTOR,
        fhir.conditional("Practitioner", "n-d-1"),
        fhir.logical("n-d-1"),
        fhir.urn("d-1"),
    ],
)
def test_a_role_gives_title_and_email(read: Read, holder: fhir.Json) -> None:
    """A role that names its practitioner in any style lends them its specialty and its address."""
    role = fhir.practitioner_role(
        "r-1",
        holder,
        code=[fhir.concept("Physician")],
        specialty=[{"coding": [{"display": "Cardiology"}]}],
        telecom=[fhir.email("cardio@x.example")],
    )

    staff = read(fhir.practitioner("d-1"), role).roster["staff"][0]

    assert (staff["title"], staff["email"]) == ("Cardiology", "cardio@x.example")


def test_the_code_is_the_title_where_there_is_no_specialty(read: Read) -> None:
    """The first role that has words for it gives the title."""
    export = read(
        fhir.practitioner("d-1"),
        fhir.practitioner_role("r-1", DOCTOR),
        fhir.practitioner_role("r-2", DOCTOR, code=[fhir.concept("Nurse")]),
        fhir.practitioner_role("r-3", DOCTOR, code=[fhir.concept("Later")]),
    )

    assert export.roster["staff"][0]["title"] == "Nurse"


def test_a_work_address_of_a_role_comes_before_a_private_one(read: Read) -> None:
    """Addresses of the person and of their roles are weighed together."""
    export = read(
        fhir.practitioner("d-1", telecom=[fhir.email("me@home.example", use="home")]),
        fhir.practitioner_role("r-1", DOCTOR, telecom=[fhir.direct("me@work.example", use="work")]),
    )

    assert export.roster["staff"][0]["email"] == "me@work.example"


def test_two_people_may_share_an_address(read: Read) -> None:
    """One email of two practitioners is fine."""
    shared = [fhir.email("desk@x.example")]
    export = read(fhir.practitioner("d-1", telecom=shared), fhir.practitioner("d-2", telecom=shared))

    assert [member["email"] for member in export.roster["staff"]] == ["desk@x.example"] * 2
    assert export.findings == ()


def test_an_address_that_is_none_is_reported(read: Read) -> None:
    """A record is made without the email, which is courtesy only."""
    export = read(fhir.practitioner("d-1", telecom=[fhir.email("nobody")]))

    assert export.roster["staff"][0]["email"] is None
    reason = "has an email address that can't be used"
    assert export.findings == (Finding("Practitioner", "d-1", reason, "telecom"),)


@pytest.mark.parametrize(
    ("elements", "reason", "field"),
    [
        ({"active": False}, "is not active", ""),
        ({"period": {"end": "2025"}}, "has ended", ""),
        (
            {"practitioner": {}},
            "its reference to a practitioner is a kind of reference that can't be followed",
            "practitioner",
        ),
        ({"practitioner": fhir.urn("nobody")}, "its reference to a practitioner isn't in the export", "practitioner"),
        ({"practitioner": fhir.literal("Patient", "p-1")}, "names no practitioner", "practitioner"),
    ],
)
def test_roles_that_give_nothing_are_reported(read: Read, elements: fhir.Json, reason: str, field: str) -> None:
    """A role that is over, or whose practitioner isn't found, gives no title."""
    role = fhir.practitioner_role("r-1", DOCTOR, code=[fhir.concept("Nurse")]) | elements

    export = read(fhir.practitioner("d-1"), fhir.patient("p-1"), role)

    assert export.roster["staff"][0]["title"] is None
    about_roles = [finding for finding in export.findings if finding.type == "PractitionerRole"]
    assert about_roles == [Finding("PractitionerRole", "r-1", reason, field)]


@pytest.mark.parametrize("period", [{"end": "2025"}, {"start": "2099"}])
def test_somebody_whose_roles_are_all_over_is_reported(read: Read, period: fhir.Json) -> None:
    """They stay active, as their own record says; a person must look whether that is so."""
    ended = fhir.practitioner_role("r-1", DOCTOR, period=period)
    export = read(fhir.practitioner("d-1"), ended)
    still_there = read(fhir.practitioner("d-1"), ended, fhir.practitioner_role("r-2", DOCTOR))

    assert export.roster["staff"][0]["active"]
    assert Finding("Practitioner", "d-1", NO_ROLE_IN_FORCE) in export.findings
    assert Finding("Practitioner", "d-1", NO_ROLE_IN_FORCE) not in still_there.findings


def test_a_role_that_nobody_holds_is_reported_by_its_place(read: Read) -> None:
    """A role without an id is named by file and line."""
    export = read(fhir.practitioner("d-1"), {"resourceType": "PractitionerRole"})

    reason = "names no practitioner"
    assert export.findings == (Finding("PractitionerRole", "PractitionerRole.ndjson:1", reason, "practitioner"),)


def test_a_role_without_an_id_counts(read: Read) -> None:
    """Only a team needs the id of a role, to name it."""
    role = {"resourceType": "PractitionerRole", "practitioner": DOCTOR, "code": [fhir.concept("Nurse")]}

    assert read(fhir.practitioner("d-1"), role).roster["staff"][0]["title"] == "Nurse"


def test_an_export_is_not_gone_through_again_for_each_member_of_staff(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []

    def count(_kept: object, kind: str) -> int:
        counted.append(kind)
        return 0

    monkeypatch.setattr("adapters.fhir.kept.Kept.count", count)

    read(*(fhir.practitioner(f"d-{number}") for number in range(20)))

    assert len(counted) < 20
