"""General practitioners as members of care teams, where a chart doesn't tell all of them."""

from pathlib import Path

import pytest

from adapters.fhir.export import ExportOptions
from adapters.fhir.general_practitioners import ROLE
from router.practice.people import CareTeamMember, Roster
from tests.samples import fhir
from tests.samples.rosters import EMPTY, bring_export

ASKED = ExportOptions(general_practitioners=True)
OWN = {"managingOrganization": fhir.literal("Organization", "o-1")}
NAMED = {"generalPractitioner": [fhir.literal("Practitioner", "d-1")]}
SUBSET = {"meta": {"tag": [{"code": "SUBSETTED"}]}}
TEAM = fhir.care_team("t-1", fhir.literal("Patient", "p-2"), fhir.participant(fhir.urn("d-1")))
PRACTICE = [
    fhir.practitioner("d-1"),
    TEAM,
    fhir.location("s-1", OWN["managingOrganization"]),
    fhir.location("s-2", OWN["managingOrganization"]),
    fhir.practitioner_role("r-1", fhir.urn("d-1"), location=[fhir.literal("Location", "s-2")]),
]
UNTOLD = [
    SUBSET,
    {"generalPractitioner": [7]},
    {"generalPractitioner": None},
    {"generalPractitioner": [None]},
    {"generalPractitioner": 7},
]


def bring(tmp_path: Path, elements: fhir.Json) -> tuple[Roster, Roster]:
    """The roster before and after a chart that has these elements in place of its general practitioner."""
    known = fhir.write(tmp_path / "1", [*PRACTICE, fhir.patient("p-1", **NAMED, **OWN)])
    before = bring_export(EMPTY, known, fhir.NOW, options=ASKED)
    folder = fhir.write(tmp_path / "2", [*PRACTICE, fhir.patient("p-1", **OWN, **elements)])
    return before, bring_export(before, folder, fhir.NOW, options=ASKED)


@pytest.mark.parametrize("elements", UNTOLD)
def test_a_chart_that_does_not_tell_its_general_practitioners_takes_nobody_from_the_team(
    tmp_path: Path, elements: fhir.Json
) -> None:
    before, after = bring(tmp_path, elements)

    assert before.patients["p-1"].care_team == (CareTeamMember("d-1", ROLE),)
    assert after.patients["p-1"].care_team == before.patients["p-1"].care_team


@pytest.mark.parametrize("elements", UNTOLD)
def test_nor_does_it_choose_another_home_site(tmp_path: Path, elements: fhir.Json) -> None:
    """Of several, it is the one where the general practitioner works: it became the first."""
    before, after = bring(tmp_path, elements)

    assert before.patients["p-1"].home_site == after.patients["p-1"].home_site == "s-2"


def test_a_chart_that_names_nobody_any_more_ends_it(tmp_path: Path) -> None:
    before, after = bring(tmp_path, {})

    assert before.patients["p-1"].care_team != after.patients["p-1"].care_team == ()
