"""References within a Bundle, by the addresses of its entries; and references that lead to nobody."""

import json
from pathlib import Path

import pytest

from adapters.fhir.export import ExportOptions
from router.practice.doubts import RecordKind
from router.practice.people import CareTeamMember
from tests.samples import fhir
from tests.samples.exports import WholeExport, read_export
from tests.unit.fhir.conftest import Read
from tests.unit.fhir.folders import folder_of, patients

CHART = "urn:uuid:0195-B"
DOCTOR = "urn:uuid:0195-a"
TEAM = fhir.care_team("t-1", {"reference": "urn:uuid:0195-b"}, fhir.participant({"reference": DOCTOR.upper()}))


def team_of(export: WholeExport) -> list[str]:
    """Who is on the first patient's care team."""
    return [member["staff"] for member in export.roster["patients"][0]["care_team"]]


def bundle(*entries: tuple[str | None, object]) -> bytes:
    """A transaction of resources with their addresses."""
    listed = [{"fullUrl": address, "resource": resource} for address, resource in entries]
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": listed}).encode()


@pytest.mark.parametrize(
    ("chart", "doctor", "team"),
    [
        (CHART, DOCTOR, TEAM),
        (
            "https://old.example/fhir/Patient/7",
            "https://old.example/fhir/Practitioner/8/_history/2",
            fhir.care_team(
                "t-1",
                fhir.literal("Patient", "7"),
                fhir.participant({"reference": "https://old.example/fhir/Practitioner/8"}),
            ),
        ),
    ],
)
def test_a_reference_within_a_bundle_is_to_the_entry_with_that_address(
    tmp_path: Path, chart: str, doctor: str, team: fhir.Json
) -> None:
    """The ids of resources are others; one that happens to be like the address is not meant."""
    entries = bundle((chart, fhir.patient("p-1")), (doctor, fhir.practitioner("d-7")), (None, team))
    within = bundle((None, json.loads(entries)), (DOCTOR, fhir.practitioner("0195-a")))

    for data in (entries, within):
        export = read_export(folder_of(tmp_path, {"all.json": data}), fhir.NOW)

        assert (patients(export), team_of(export), export.doubts.every_team) == (["p-1"], ["d-7"], False)


def test_an_address_of_several_entries_names_none_of_them(tmp_path: Path) -> None:
    entries = bundle(
        (CHART, fhir.patient("p-1")), (DOCTOR, fhir.practitioner("a")), (DOCTOR, fhir.practitioner("b")), (None, TEAM)
    )

    export = read_export(folder_of(tmp_path, {"all.json": entries}), fhir.NOW)

    assert team_of(export) == []
    assert export.doubts.teams == {"p-1"}


@pytest.mark.parametrize(
    ("member", "in_doubt", "known_as"),
    [
        (fhir.literal("Practitioner", "gone"), False, ["gone"]),
        (fhir.literal("PractitionerRole", "gone"), True, []),
        (fhir.urn("gone"), True, []),
        (fhir.logical("gone"), True, []),
        (fhir.conditional("Practitioner", "gone"), True, []),
    ],
)
def test_a_participant_who_is_not_there_empties_no_team(
    read: Read,
    tmp_path: Path,
    member: fhir.Json,
    in_doubt: bool,  # noqa: FBT001
    known_as: list[str],
) -> None:
    """Whom the export names by type and id is known by that; anybody else may be somebody whom the practice knows."""
    team = fhir.care_team("t-1", fhir.literal("Patient", "p-1"), fhir.participant(member))
    chart = fhir.patient("p-1", generalPractitioner=[member])

    by_team = read(fhir.practitioner("d-1"), fhir.patient("p-1"), team)
    folder = fhir.write(tmp_path / "other", [fhir.practitioner("d-1"), chart])
    by_chart = read_export(folder, fhir.NOW, ExportOptions(general_practitioners=True))

    for export, role in ((by_team, "Care team member"), (by_chart, "General practitioner")):
        assert ("p-1" in export.doubts.teams) is in_doubt
        assert list(export.doubts.members.get("p-1", ())) == [CareTeamMember(one, role) for one in known_as]


@pytest.mark.parametrize(
    ("subject", "in_doubt"),
    [(fhir.literal("Patient", "gone"), False), (fhir.urn("gone"), True), (fhir.logical("gone"), True)],
)
def test_a_team_of_nobody_in_the_export_may_be_anybodys(read: Read, subject: fhir.Json, in_doubt: bool) -> None:  # noqa: FBT001
    team = fhir.care_team("t-1", subject, fhir.participant(fhir.literal("Practitioner", "d-1")))

    export = read(fhir.practitioner("d-1"), fhir.patient("p-1"), team)

    assert export.doubts.every_team is in_doubt


def test_what_a_lost_reference_may_have_said_stays_as_it_is(read: Read) -> None:
    """The title of a practitioner whose role leads nowhere, and the site of a patient whose organisation does."""
    export = read(
        fhir.practitioner("d-1"),
        fhir.practitioner_role("r-1", fhir.urn("gone"), specialty=[fhir.concept("Surgery")]),
        fhir.location("s-1", fhir.literal("Organization", "o-1")),
        fhir.patient("p-1", managingOrganization=fhir.urn("gone")),
    )

    assert export.doubts.staff_fields == {"d-1": ("email", "title")}
    assert {"home_site", "sites"} <= set(export.doubts.patient_fields["p-1"])
    assert RecordKind.PATIENTS not in export.doubts.anybody
