"""Places of which it can't be told whether they are sites: they stay what they are, and so do home sites."""

from pathlib import Path

import pytest

from adapters.fhir.sites import SITE_IN_DOUBT, UNTOLD
from router.practice.import_report import Finding, Level
from router.practice.people import Roster
from router.practice.roster import Mode
from tests.samples import fhir
from tests.samples.exports import read_export
from tests.samples.rosters import EMPTY, bring_export
from tests.unit.fhir.conftest import Read

OWN = fhir.literal("Organization", "o-1")
OTHER = fhir.literal("Organization", "o-2")
IN_CLINIC = {"partOf": fhir.literal("Location", "clinic")}
CLINIC = fhir.location("clinic", OWN, address={"line": ["1 Main Street"], "city": "Springfield"})
BRANCH = fhir.location("branch", OTHER, **IN_CLINIC)
SECOND = fhir.location("second", OTHER)
ROOM = fhir.location("room", OWN, **IN_CLINIC)
SUBSET = {"meta": {"tag": [{"code": "SUBSETTED"}]}}
# The patient's home is the branch: the general practitioner works there, and the other site comes first.
PEOPLE = [
    fhir.practitioner("d-1"),
    fhir.practitioner_role("r-1", fhir.urn("d-1"), location=[fhir.literal("Location", "branch")]),
    fhir.patient("p-1", managingOrganization=OTHER, generalPractitioner=[fhir.literal("Practitioner", "d-1")]),
]
ORGANIZATIONS = [fhir.organization("o-1"), fhir.organization("o-2")]


def without(resource: fhir.Json, *elements: str) -> fhir.Json:
    """A resource that lacks some elements."""
    return {key: value for key, value in resource.items() if key not in elements}


def bring(tmp_path: Path, known: list[fhir.Json], said: list[fhir.Json], mode: Mode = Mode.MERGE) -> Roster:
    """The roster after both exports; the same people are in each."""
    shared = [*ORGANIZATIONS, *PEOPLE]
    before = bring_export(EMPTY, fhir.write(tmp_path / "1", [*known, *shared]), fhir.NOW)
    assert before.patients["p-1"].home_site == "branch"
    return bring_export(before, fhir.write(tmp_path / "2", [*said, *shared]), fhir.NOW, mode)


UNREADABLE = [
    (BRANCH | {"managingOrganization": ["x"]}, "managingOrganization"),
    (without(BRANCH, "managingOrganization") | {"address": [{"line": ["20 Oak Road"]}]}, "address"),
    (without(BRANCH, "managingOrganization") | {"address": "20 Oak Road"}, "address"),
    (without(BRANCH, "managingOrganization") | {"address": {"city": 7}}, "address"),
    (without(BRANCH, "managingOrganization") | {"type": "PC"}, "type"),
    (without(BRANCH, "managingOrganization") | {"type": [{"coding": [{"code": 1}]}]}, "type"),
]


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("others", [[CLINIC], [SECOND, CLINIC]])
@pytest.mark.parametrize(
    "branch",
    [
        UNREADABLE[0][0],
        SUBSET | without(BRANCH, "managingOrganization"),
        SUBSET | without(BRANCH, "managingOrganization", "partOf"),
        SUBSET | without(BRANCH, "status"),
        BRANCH | {"status": "closed"},
        BRANCH | {"name": 7},
    ],
)
def test_a_branch_that_may_be_a_site_stays_one_and_its_patients_keep_their_home(
    tmp_path: Path, branch: fhir.Json, others: list[fhir.Json], mode: Mode
) -> None:
    """It was hidden, and its patients had no home site any more, or the other site of their organisation."""
    after = bring(tmp_path, [*others, BRANCH], [*others, branch], mode)

    assert not after.sites["branch"].hidden
    assert after.patients["p-1"].home_site == "branch"


@pytest.mark.parametrize(("branch", "element"), UNREADABLE)
def test_what_cannot_be_read_of_a_branch_is_reported_and_nothing_is_made_of_it(
    tmp_path: Path, branch: fhir.Json, element: str
) -> None:
    after = bring(tmp_path, [CLINIC, BRANCH], [CLINIC, branch])
    export = read_export(tmp_path / "2", fhir.NOW)
    found = next(finding for finding in export.findings if finding.reason == SITE_IN_DOUBT)

    assert not after.sites["branch"].hidden
    assert [site["id"] for site in export.roster["sites"]] == ["clinic"]
    assert (found.source, found.field, found.file, found.line) == ("branch", element, "Location.ndjson", 2)
    assert found.level is Level.ATTENTION


def test_a_branch_of_which_not_all_was_asked_for_is_reported_as_kept(read: Read) -> None:
    export = read(SUBSET | without(BRANCH, "managingOrganization"), CLINIC)

    found = next(finding for finding in export.findings if finding.reason == UNTOLD)
    assert (found, found.level, found.line) == (Finding("Location", "branch", UNTOLD), Level.KEPT, 1)


@pytest.mark.parametrize(
    "said",
    [
        SUBSET | without(ROOM, "status", "managingOrganization", "partOf"),
        SUBSET | without(ROOM, "partOf"),
        ROOM | {"partOf": ["x"]},
        ROOM | {"address": "20 Oak Road"},
    ],
)
def test_a_hidden_room_does_not_come_back_as_a_site_by_what_is_not_told(tmp_path: Path, said: fhir.Json) -> None:
    visible = without(ROOM, "partOf")
    before = bring_export(EMPTY, fhir.write(tmp_path / "0", [CLINIC, visible, *PEOPLE]), fhir.NOW)
    before = bring_export(before, fhir.write(tmp_path / "1", [CLINIC, ROOM, *PEOPLE]), fhir.NOW)

    after = bring_export(before, fhir.write(tmp_path / "2", [CLINIC, said, *PEOPLE]), fhir.NOW)

    assert before.sites["room"].hidden
    assert after.sites["room"].hidden


def test_a_closed_site_does_not_open_by_a_status_that_was_not_asked_for(tmp_path: Path) -> None:
    closed = SECOND | {"status": "inactive"}
    before = bring_export(EMPTY, fhir.write(tmp_path / "0", [SECOND, *PEOPLE]), fhir.NOW)
    before = bring_export(before, fhir.write(tmp_path / "1", [closed, *PEOPLE]), fhir.NOW)

    after = bring_export(before, fhir.write(tmp_path / "2", [SUBSET | without(SECOND, "status"), *PEOPLE]), fhir.NOW)

    assert before.sites["second"].hidden
    assert after.sites["second"].hidden


@pytest.mark.parametrize(
    "clinic",
    [
        CLINIC | {"status": "closed"},
        CLINIC | {"managingOrganization": ["x"]},
        CLINIC | {"address": "1 Main Street"},
        SUBSET | without(CLINIC, "managingOrganization", "address"),
    ],
)
def test_rooms_of_a_site_that_cannot_be_read_completely_do_not_become_sites(read: Read, clinic: fhir.Json) -> None:
    """Each room of it was a site of its own, since nothing was there that it could be part of or compared with."""
    rooms = [ROOM, fhir.location("other", **IN_CLINIC, address={"line": ["1 Main Street"], "city": "Springfield"})]

    export = read(clinic, *rooms, fhir.location("place"))

    assert {site["id"] for site in export.roster["sites"]} <= {"clinic", "place"}


def test_rooms_of_an_unclear_branch_are_parts_of_it(read: Read) -> None:
    """They have another organisation than the site around it, as the branch itself may."""
    branch = BRANCH | {"managingOrganization": ["x"]}
    room = fhir.location("room", OTHER, partOf=fhir.literal("Location", "branch"))

    assert [site["id"] for site in read(CLINIC, branch, room).roster["sites"]] == ["clinic"]


def test_a_room_whose_site_is_in_a_line_that_is_lost_does_not_come_back(tmp_path: Path) -> None:
    known = [CLINIC, without(ROOM, "partOf")]
    before = bring_export(EMPTY, fhir.write(tmp_path / "0", [*known, *PEOPLE]), fhir.NOW)
    before = bring_export(before, fhir.write(tmp_path / "1", [CLINIC, ROOM, *PEOPLE]), fhir.NOW)
    folder = fhir.write(tmp_path / "2", [ROOM, *PEOPLE])
    with (folder / "Location.ndjson").open("a") as file:
        file.write('{"resourceType": "Location", "id": "clinic", "name": \n')

    after = bring_export(before, folder, fhir.NOW)

    assert (before.sites["room"].hidden, after.sites["room"].hidden) == (True, True)
    assert read_export(folder, fhir.NOW).roster["sites"] == []


def test_nobody_moves_to_another_site_because_a_line_is_lost(tmp_path: Path) -> None:
    before = bring_export(EMPTY, fhir.write(tmp_path / "1", [SECOND, CLINIC, BRANCH, *PEOPLE]), fhir.NOW)
    folder = fhir.write(tmp_path / "2", [SECOND, CLINIC, *PEOPLE])
    with (folder / "Location.ndjson").open("a") as file:
        file.write('{"resourceType": "Location", "id": "branch", "name": \n')

    after = bring_export(before, folder, fhir.NOW)

    assert before.patients["p-1"].home_site == after.patients["p-1"].home_site == "branch"


def test_a_patient_whose_organisation_was_not_asked_for_keeps_the_home_site(tmp_path: Path) -> None:
    """The site of the team took its place."""
    team = fhir.care_team("t-1", fhir.urn("p-1"), fhir.participant(fhir.urn("d-1")), managingOrganization=[OWN])
    places = [CLINIC, BRANCH, *ORGANIZATIONS, team, *PEOPLE[:-1]]
    before = bring_export(EMPTY, fhir.write(tmp_path / "1", [*places, PEOPLE[-1]]), fhir.NOW)

    chart = SUBSET | without(PEOPLE[-1], "managingOrganization")
    after = bring_export(before, fhir.write(tmp_path / "2", [*places, chart]), fhir.NOW)

    assert before.patients["p-1"].home_site == after.patients["p-1"].home_site == "branch"
