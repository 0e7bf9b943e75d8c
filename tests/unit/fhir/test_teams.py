"""Care teams."""

import pytest

from router.practice.import_report import Finding
from tests.samples import fhir
from tests.samples.exports import WholeExport
from tests.unit.fhir.conftest import Read

PEOPLE = (fhir.patient("p-1"), fhir.practitioner("d-1"), fhir.practitioner("d-2"))
PATIENT = fhir.literal("Patient", "p-1")
DOCTOR = fhir.participant(fhir.literal("Practitioner", "d-1"), "Family doctor")
SHARED = {"identifier": [fhir.identifier("both")]}


def members(export: WholeExport) -> list[tuple[str, str]]:
    """The care team of the first patient."""
    return [(member["staff"], member["role"]) for member in export.roster["patients"][0]["care_team"]]


@pytest.mark.parametrize(
    "member",
    [
        fhir.literal("Practitioner", "d-1"),
        fhir.versioned("Practitioner", "d-1"),
        fhir.conditional("Practitioner", "n-d-1"),
        fhir.logical("n-d-1"),
        fhir.urn("d-1"),
    ],
)
def test_members_are_found_in_any_style(read: Read, member: fhir.Json) -> None:
    """However a team names its practitioner, they are listed in the role that the team gives."""
    team = fhir.care_team("t-1", PATIENT, fhir.participant(member, "Family doctor"))

    export = read(*PEOPLE, team)

    assert members(export) == [("d-1", "Family doctor")]
    assert export.findings == ()


@pytest.mark.parametrize("subject", [fhir.urn("p-1"), fhir.versioned("Patient", "p-1"), fhir.logical("x-1")])
def test_patients_are_found_in_any_style(read: Read, subject: fhir.Json) -> None:
    """However a team names its patient, it is theirs."""
    patient = fhir.patient("p-1", identifier=[fhir.identifier("x-1")])

    assert members(read(patient, *PEOPLE[1:], fhir.care_team("t-1", subject, DOCTOR))) == [("d-1", "Family doctor")]


def test_the_role_is_the_teams_else_the_practitioners_title(read: Read) -> None:
    """The role comes from the team, then from the title, and is never empty."""
    coded = {"role": [{"coding": [{"display": "Cardiologist"}]}]}
    export = read(
        *PEOPLE,
        fhir.practitioner("d-3"),
        fhir.practitioner_role("r-2", fhir.urn("d-2"), specialty=[fhir.concept("Nursing")]),
        fhir.care_team(
            "t-1",
            PATIENT,
            fhir.participant(fhir.urn("d-1")) | coded,
            fhir.participant(fhir.urn("d-2")),
            fhir.participant(fhir.urn("d-3"), " "),
        ),
    )

    assert members(export) == [("d-1", "Cardiologist"), ("d-2", "Nursing"), ("d-3", "Care team member")]


def test_a_practitioners_role_stands_for_its_practitioner(read: Read) -> None:
    """A team may name a PractitionerRole; its own title is the role, not that of another role they hold."""
    export = read(
        *PEOPLE,
        fhir.practitioner_role("r-1", fhir.urn("d-1"), specialty=[fhir.concept("Surgery")]),
        fhir.practitioner_role("r-2", fhir.urn("d-1"), specialty=[fhir.concept("Hand clinic")]),
        fhir.care_team("t-1", PATIENT, fhir.participant(fhir.literal("PractitionerRole", "r-2"))),
    )

    assert members(export) == [("d-1", "Hand clinic")]


def test_teams_in_force_are_put_together(read: Read) -> None:
    """Who is named twice is listed once, in the first role; inactive staff stay listed."""
    export = read(
        *PEOPLE,
        fhir.practitioner("d-3", active=False),
        fhir.care_team("t-1", PATIENT, DOCTOR, fhir.participant(fhir.urn("d-1"), "Surgeon")),
        fhir.care_team(
            "t-2", PATIENT, fhir.participant(fhir.urn("d-1"), "Later"), fhir.participant(fhir.urn("d-3"), "X")
        ),
    )

    assert members(export) == [("d-1", "Family doctor"), ("d-3", "X")]
    assert export.findings == ()


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"status": "inactive"}, "is not active"),
        ({"status": "proposed"}, "is not active"),
        ({"status": "entered-in-error"}, "is not active"),
        ({"period": {"start": "2001-01-01", "end": "2003-01-01"}}, "has ended"),
        ({"period": {"start": "2027"}}, "has not begun"),
    ],
)
def test_teams_not_in_force_are_left_out(read: Read, elements: fhir.Json, reason: str) -> None:
    """A team that isn't active, is over or hasn't begun gives neither members nor a site."""
    managed = {"managingOrganization": [fhir.urn("o-1")]}
    team = fhir.care_team("t-1", PATIENT, DOCTOR, **managed) | elements

    export = read(*PEOPLE, fhir.organization("o-1"), fhir.location("s-1", fhir.urn("o-1")), team)

    assert members(export) == []
    assert export.roster["patients"][0]["sites"] == []
    assert Finding("CareTeam", "t-1", reason) in export.findings


def test_a_team_that_says_nothing_of_its_status_is_in_force(read: Read) -> None:
    """The status is optional; a team that ends today is in force until the day is over."""
    team = fhir.care_team("t-1", PATIENT, DOCTOR, period={"start": "2020", "end": "2026-11-23"})
    del team["status"]

    assert members(read(*PEOPLE, team)) == [("d-1", "Family doctor")]


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        (PATIENT, "is a patient, not a practitioner"),
        (fhir.logical("x-1"), "is a patient, not a practitioner"),
        (fhir.literal("Organization", "o-9"), "is an organisation, not a practitioner"),
        (fhir.conditional("Organization", "v", fhir.PLACES), "is an organisation, not a practitioner"),
        (fhir.literal("RelatedPerson", "k-1"), "is a related person, not a practitioner"),
        (fhir.literal("CareTeam", "t-2"), "is a care team, not a practitioner"),
        (fhir.literal("Device", "x"), "is not a practitioner"),
        (fhir.literal("Practitioner", "gone"), "is a practitioner who isn't in the export"),
        (fhir.conditional("Practitioner", "gone"), "is a practitioner who isn't in the export"),
        (fhir.logical("gone"), "isn't in the export"),
        (fhir.urn("gone"), "isn't in the export"),
        (fhir.literal("Practitioner", "d-unnamed"), "is a practitioner without a name"),
        (fhir.literal("PractitionerRole", "r-over"), "is a practitioner's role that is not current"),
        (
            fhir.logical("both"),
            "is named by a reference that is ambiguous: its identifier is held by more than one resource",
        ),
        ({"reference": "#inside"}, "is named by a reference that is a kind of reference that can't be followed"),
        ({"display": "Somebody"}, "is named by a reference that is a kind of reference that can't be followed"),
    ],
)
def test_other_participants_are_left_out_and_reported(read: Read, member: fhir.Json, reason: str) -> None:
    """Who isn't a practitioner on the staff is no member; the report says what they are and where, not who."""
    export = read(
        fhir.patient("p-1", identifier=[fhir.identifier("x-1")]),
        fhir.practitioner("d-1"),
        fhir.practitioner("d-unnamed", name=[]),
        fhir.practitioner("d-3", **SHARED),
        fhir.practitioner("d-4", **SHARED),
        fhir.practitioner_role("r-over", fhir.urn("d-1"), active=False),
        fhir.care_team("t-1", PATIENT, DOCTOR, fhir.participant(member, "Role")),
    )

    assert members(export) == [("d-1", "Family doctor")]
    assert export.findings[-1] == Finding("CareTeam", "t-1", f"a participant {reason}", "participant.1.member")


@pytest.mark.parametrize(
    ("participant", "reason"),
    [
        ({"role": [fhir.concept("Nurse")]}, "a participant isn't named by a reference"),
        (DOCTOR | {"period": {"end": "2020"}}, "a participant has left"),
    ],
)
def test_a_team_with_nobody_in_it_is_reported(read: Read, participant: fhir.Json, reason: str) -> None:
    """Participants who have left or aren't named don't count, and a team without practitioners is told."""
    export = read(*PEOPLE, fhir.care_team("t-1", PATIENT, participant))

    assert members(export) == []
    assert export.findings == (
        Finding("CareTeam", "t-1", reason, "participant.0.member"),
        Finding("CareTeam", "t-1", "has no practitioner in it", "participant"),
    )


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        (fhir.literal("Patient", "gone"), "its reference to a patient isn't in the export"),
        (fhir.logical("gone"), "its reference to a patient isn't in the export"),
        (fhir.literal("Group", "g-1"), "names no patient"),
        (fhir.literal("Practitioner", "d-1"), "names no patient"),
        (None, "names no patient"),
    ],
)
def test_a_team_without_its_patient_is_reported(read: Read, subject: fhir.Json | None, reason: str) -> None:
    """A team of nobody in the export is nobody's."""
    team = fhir.care_team("t-1", subject or {}, DOCTOR)
    if subject is None:
        del team["subject"]

    assert read(*PEOPLE, team).findings == (Finding("CareTeam", "t-1", reason, "subject"),)
