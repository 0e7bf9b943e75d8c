"""Rooms and departments that nothing but the place that they are part of tells from a site."""

from pathlib import Path

import pytest

from adapters.fhir.home_sites import SEVERAL_HOME_SITES
from adapters.fhir.site_parts import PART_OF_A_SITE
from router.practice.import_report import Finding, Level
from router.practice.roster import Mode
from tests.samples import fhir
from tests.samples.exports import WholeExport
from tests.samples.rosters import EMPTY, bring_export
from tests.unit.fhir.conftest import Read

OWN = fhir.literal("Organization", "o-1")
OTHER = fhir.literal("Organization", "o-2")
IN_CLINIC = {"partOf": fhir.literal("Location", "clinic")}
ADDRESS = {"line": ["1 Main Street", "Suite 5"], "city": "Springfield", "postalCode": "62701"}
CLINIC = fhir.location("clinic", OWN, address=ADDRESS)
DOCTOR = fhir.practitioner("d-1")


def sites(export: WholeExport) -> list[str]:
    """The ids of the sites."""
    return [site["id"] for site in export.roster["sites"]]


def physical(code: str) -> fhir.Json:
    """A physical type by its code."""
    return {"physicalType": {"coding": [{"code": code}]}}


def type_of(code: str) -> fhir.Json:
    """A type by its code."""
    return {"type": [{"coding": [{"code": code}]}]}


@pytest.mark.parametrize(
    "elements",
    [
        {},
        {"managingOrganization": OWN},
        {"managingOrganization": {"identifier": {"system": fhir.PLACES, "value": "n-o-1"}}},
        {"address": {"line": ["Room 7", "1 MAIN Street"]}},
        {"address": {"text": " "}},
        {"address": {"line": ["Suite 7", "2nd floor"]}},
        {"address": {"line": "1 Main Street", "city": "SPRINGFIELD", "postalCode": "62701-1234"}},
        {"address": None, "type": ["", None, {"coding": [{"code": None}]}]},
        type_of("ER"),
        {"physicalType": {}},
        {"partOf": {"reference": "https://ehr.example/fhir/Location/clinic/_history/3"}},
    ],
)
def test_a_place_with_nothing_of_its_own_is_part_of_the_site(read: Read, elements: fhir.Json) -> None:
    """Every room of exports without `physicalType` was a site of its own, in the settings and on the compose form."""
    room = {**fhir.location("room"), **IN_CLINIC, **elements}

    export = read(room, CLINIC, fhir.organization("o-1"))

    assert sites(export) == ["clinic"]
    assert export.doubts.closed == {"room"}
    assert export.findings == (Finding("Location", "room", PART_OF_A_SITE),)
    assert export.findings[0].level is Level.NORMAL


@pytest.mark.parametrize(
    "elements",
    [
        {"managingOrganization": OTHER},
        {"address": {"line": ["20 Oak Road"]}},
        {"address": {"text": "20 Oak Road, Springfield"}},
        {"address": {"city": "Shelbyville", "postalCode": "62565"}},
        {"address": {"city": "Springfield", "postalCode": "62565"}},
        {"address": {"line": ["1 Main Street"], "city": "Shelbyville"}},
        {"address": {"line": ["20 Oak Road", "Suite 5"], "city": "Springfield"}},
        {"address": {"line": ["20 Oak Road", "Room 7, Floor 2"]}},
        {"address": {"line": ["20 Oak Road"]}, "partOf": fhir.literal("Location", "network")},
        type_of("PC"),
        {"type": {"coding": [{"code": "HOSP"}]}},
        physical("bu"),
        {"physicalType": {"text": "Clinic"}},
        {"partOf": fhir.literal("Location", "elsewhere")},
        {"partOf": fhir.literal("Organization", "clinic")},
        {"partOf": fhir.literal("Location", "county")},
        {"partOf": fhir.literal("Location", "nameless")},
        {"partOf": fhir.literal("Location", "kind")},
    ],
)
def test_a_place_with_something_of_its_own_is_a_site(read: Read, elements: fhir.Json) -> None:
    around = [
        fhir.location("county", **physical("jdn"), **IN_CLINIC),
        fhir.location("nameless", name=" "),
        fhir.location("network"),
        fhir.location("kind", mode="kind"),
    ]
    place = {**fhir.location("place"), **IN_CLINIC, **elements}

    assert "place" in sites(read(place, CLINIC, *around, fhir.organization("o-1"), fhir.organization("o-2")))


def test_a_department_is_part_of_the_nearest_site_through_wings_and_wards(read: Read) -> None:
    """Also of a site that is closed: its rooms are no sites for that."""
    export = read(
        fhir.location("room", partOf=fhir.literal("Location", "department")),
        fhir.location("department", partOf=fhir.literal("Location", "wing")),
        fhir.location("wing", partOf=fhir.literal("Location", "branch"), **physical("wi")),
        fhir.location("branch", OTHER, **IN_CLINIC),
        {**CLINIC, "status": "inactive"},
        fhir.location("lost", **IN_CLINIC),
    )

    assert sites(export) == ["branch"]
    assert export.doubts.closed == {"room", "department", "wing", "clinic", "lost"}


def test_places_in_a_circle_or_in_a_very_long_row_are_parts_of_one_site(read: Read) -> None:
    circle = [fhir.location("a", partOf=fhir.urn("b")), fhir.location("b", partOf=fhir.urn("a"))]
    row = [fhir.location(f"r-{number}", partOf=fhir.urn(f"r-{number + 1}")) for number in range(3_000)]

    export = read(*circle, *row, fhir.location("r-3000"))

    assert len(export.roster["sites"]) == 2
    assert "r-3000" in sites(export)


def test_a_room_that_is_known_as_a_site_is_hidden_and_one_with_a_type_comes_back(tmp_path: Path) -> None:
    room = fhir.location("room", **IN_CLINIC)
    known = fhir.write(tmp_path / "1", [{**room, **physical("bu")}, CLINIC, DOCTOR])
    before = bring_export(EMPTY, known, fhir.NOW)

    after = bring_export(before, fhir.write(tmp_path / "2", [room, CLINIC, DOCTOR]), fhir.NOW, Mode.REPLACE)
    again = bring_export(after, known, fhir.NOW)

    assert [roster.sites["room"].hidden for roster in (before, after, again)] == [False, True, False]


def test_who_works_in_a_department_works_at_its_site(read: Read) -> None:
    """Of an organisation with several sites, it is the home site of their patients."""
    role = fhir.practitioner_role("r-1", fhir.urn("d-1"), location=[fhir.literal("Location", "room")])
    chart = fhir.patient("p-1", managingOrganization=OWN, generalPractitioner=[fhir.literal("Practitioner", "d-1")])

    export = read(fhir.location("first", OWN), CLINIC, fhir.location("room", **IN_CLINIC), DOCTOR, role, chart)

    assert export.roster["patients"][0]["home_site"] == "clinic"
    assert SEVERAL_HOME_SITES not in [finding.reason for finding in export.findings]
