"""Elements that change what a resource means: places that are no sites, periods, types in words, practitioners."""

from pathlib import Path

import pytest

from adapters.fhir.export import ExportOptions
from adapters.fhir.general_practitioners import NOT_ADDED, ROLE
from adapters.fhir.home_sites import SEVERAL_HOME_SITES
from adapters.fhir.sites import NO_PLACE_TO_VISIT
from router.practice.import_report import Finding, Level
from router.practice.roster import Mode
from tests.samples import fhir
from tests.samples.exports import WholeExport, read_export
from tests.samples.rosters import EMPTY, bring_export
from tests.unit.fhir.conftest import Read

OWN = fhir.literal("Organization", "o-1")
PHYSICAL = "http://terminology.hl7.org/CodeSystem/location-physical-type"
PATIENT = fhir.patient("p-1", managingOrganization=OWN)
DOCTOR = fhir.practitioner("d-1")


def physical(code: str) -> fhir.Json:
    """A physical type by its code."""
    return {"physicalType": {"coding": [{"system": PHYSICAL, "code": code}]}}


def home(export: WholeExport) -> str | None:
    """The home site of the first patient."""
    site: str | None = export.roster["patients"][0]["home_site"]
    return site


@pytest.mark.parametrize(
    "kind",
    [
        {"mode": "kind"},
        {"physicalType": {"text": "Room"}},
        {"physicalType": {"coding": [{"system": "urn:oid:1.2.3", "code": "7", "display": "Exam Room"}]}},
        {"physicalType": {"coding": [{"code": "RO"}]}},
        *map(physical, ["ro", "bd", "wa", "BD"]),
    ],
)
def test_rooms_beds_and_kinds_are_no_sites(read: Read, kind: fhir.Json) -> None:
    export = read(fhir.location("part", OWN, **kind), fhir.location("s-1", OWN, **physical("si")), PATIENT)

    assert [site["id"] for site in export.roster["sites"]] == ["s-1"]
    assert home(export) == "s-1"
    assert export.findings == (Finding("Location", "part", NO_PLACE_TO_VISIT),)
    assert export.findings[0].level is Level.NORMAL
    assert export.doubts.closed == {"part"}


@pytest.mark.parametrize(
    "kind",
    [
        {},
        physical("bu"),
        physical("SI"),
        {"physicalType": {"text": "Building"}},
        {"physicalType": {}},
        {"physicalType": {"text": "Clinic"}},
        {"physicalType": {"coding": [{"system": "urn:oid:1.2.3", "code": "4", "display": "Department"}]}},
        {"physicalType": {"coding": [{"system": "urn:oid:1.2.3", "code": "CA", "display": "California"}]}},
    ],
)
def test_buildings_and_what_says_nothing_are_sites(read: Read, kind: fhir.Json) -> None:
    assert [site["id"] for site in read(fhir.location("s-1", OWN, **kind)).roster["sites"]] == ["s-1"]


def test_of_a_campus_and_its_buildings_the_campus_is_the_home_site(read: Read) -> None:
    """Even where the parts refer to one another in a circle."""
    within = fhir.location("b-1", OWN, partOf=fhir.literal("Location", "s-1"), **physical("bu"))
    deeper = fhir.location("b-2", OWN, partOf=fhir.literal("Location", "b-1"), **physical("bu"))
    odd = fhir.location("x-1", fhir.literal("Organization", "o-2"), partOf=fhir.literal("Location", "x-1"))

    export = read(within, deeper, fhir.location("s-1", OWN), odd, PATIENT)

    assert home(export) == "s-1"
    assert len(export.roster["sites"]) == 4
    assert export.findings == ()


def test_a_site_that_is_closed_is_hidden_where_it_is_known(tmp_path: Path) -> None:
    before = bring_export(
        EMPTY, fhir.write(tmp_path / "1", [fhir.location("s-1"), fhir.location("s-2"), DOCTOR]), fhir.NOW
    )
    closed = [fhir.location("s-1"), fhir.location("s-2", status="inactive"), DOCTOR]

    after = bring_export(before, fhir.write(tmp_path / "2", closed), fhir.NOW, Mode.MERGE)

    assert {key: site.hidden for key, site in after.sites.items()} == {"s-1": False, "s-2": True}


@pytest.mark.parametrize(
    ("places", "expected", "is_reported"),
    [(["s-2"], "s-2", False), (["s-3", "s-2"], "s-2", True), ([], "s-1", True), (["elsewhere"], "s-1", True)],
)
@pytest.mark.parametrize("by", ["general practitioner", "care team"])
def test_of_several_sites_the_practitioners_is_the_home_site(
    read: Read, by: str, places: list[str], expected: str, *, is_reported: bool
) -> None:
    working = [fhir.literal("Location", place) for place in places]
    role = fhir.practitioner_role("r-1", fhir.literal("Practitioner", "d-1"), location=working)
    chart, teams = PATIENT, []
    if by == "care team":
        teams = [fhir.care_team("t-1", fhir.literal("Patient", "p-1"), fhir.participant(fhir.urn("d-1")))]
    else:
        chart = PATIENT | {"generalPractitioner": [fhir.literal("PractitionerRole", "r-1")]}

    export = read(*(fhir.location(f"s-{n}", OWN) for n in (1, 2, 3)), chart, DOCTOR, role, *teams)

    assert home(export) == expected
    assert any(finding.reason == SEVERAL_HOME_SITES for finding in export.findings) is is_reported


def test_what_has_not_begun_does_not_count_yet(read: Read) -> None:
    later: fhir.Json = {"period": {"start": "2099-01-01"}}
    export = read(
        fhir.patient(
            "p-1",
            name=[{"text": "Later", "use": "official", **later}, {"text": "Now"}],
            telecom=[fhir.email("later@x.example", rank=1, **later), fhir.email("now@x.example", rank=2)],
            identifier=[fhir.record_number("LATER") | later, fhir.record_number("NOW")],
        ),
        DOCTOR,
        fhir.practitioner("d-2"),
        fhir.practitioner_role("r-1", fhir.literal("Practitioner", "d-2"), code=[fhir.concept("Later")], **later),
        fhir.care_team(
            "t-1",
            fhir.literal("Patient", "p-1"),
            fhir.participant(fhir.urn("d-1"), **later),
            fhir.participant(fhir.literal("PractitionerRole", "r-1")),
        ),
    )

    chart = export.roster["patients"][0]
    assert (chart["name"], chart["email"], chart["record_number"]) == ("Now", "now@x.example", "NOW")
    assert chart["care_team"] == []
    assert {(finding.source, finding.reason) for finding in export.findings} >= {
        ("r-1", "has not begun"),
        ("t-1", "a participant has not begun"),
        ("t-1", "a participant is a practitioner's role that is not current"),
    }


@pytest.mark.parametrize("words", ["MRN", "mr", "Medical Record Number", "Medical record no."])
def test_a_record_number_may_be_typed_in_words(read: Read, words: str) -> None:
    numbers = [
        fhir.identifier("E4007", type={"text": "EPI"}),
        fhir.identifier("203713", type={"text": words}),
        fhir.identifier("99", type={"coding": [{"display": "Member number"}]}),
        fhir.identifier("1"),
    ]

    assert read(fhir.patient("p-1", identifier=numbers)).roster["patients"][0]["record_number"] == "203713"
    coded = [*numbers, fhir.record_number("MR-1")]
    assert read(fhir.patient("p-1", identifier=coded)).roster["patients"][0]["record_number"] == "MR-1"


def test_general_practitioners_are_reported_or_members_where_asked_for(tmp_path: Path) -> None:
    named = [fhir.literal("Practitioner", one) for one in ("d-1", "d-2", "gone")] + [
        fhir.literal("Organization", "o-1")
    ]
    team = fhir.care_team("t-1", fhir.literal("Patient", "p-1"), fhir.participant(fhir.urn("d-1"), "Surgeon"))
    charts = [fhir.patient("p-1", generalPractitioner=named), fhir.patient("p-2", generalPractitioner=named[:1])]
    folder = fhir.write(tmp_path, [*charts, DOCTOR, fhir.practitioner("d-2"), fhir.organization("o-1"), team])

    plain = read_export(folder, fhir.NOW)
    asked = read_export(folder, fhir.NOW, ExportOptions(general_practitioners=True))

    def teams(export: WholeExport) -> list[list[tuple[str, str]]]:
        return [
            [(member["staff"], member["role"]) for member in chart["care_team"]] for chart in export.roster["patients"]
        ]

    assert teams(plain) == [[("d-1", "Surgeon")], []]
    assert teams(asked) == [[("d-1", "Surgeon"), ("d-2", ROLE)], [("d-1", ROLE)]]
    assert [(finding.source, finding.field) for finding in plain.findings if finding.reason == NOT_ADDED] == [
        ("p-1", "generalPractitioner.1"),
        ("p-2", "generalPractitioner.0"),
    ]
    assert any(
        finding.field == "generalPractitioner.2" and finding.level is Level.ATTENTION for finding in asked.findings
    )
