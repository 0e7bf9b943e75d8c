"""Rosters that come in pieces: taken in, applied in steps beside everybody else, finished by whoever goes on."""

from collections.abc import Sequence
from typing import Any

import pytest

from router.actors import COMMAND
from router.coverage.staged_import import ImportState, ImportTerms, Phase, StagedImport
from router.errors import Conflict, Invalid, NotFound
from router.flows.administrator import roster_pieces, roster_steps
from router.flows.administrator.roster_staging import RosterPart
from router.practice.doubts import Doubts, Narrowing, RecordKind
from router.practice.import_report import Finding, Level
from router.practice.people import CareTeamMember, Patient, Roster, Staff
from router.practice.roster import Mode, RosterDocument
from router.practice.topics import Topic
from tests.builders import a_document, a_patient, a_staff, settings
from tests.house import PRACTICE, STAFF, House

NO_DOUBTS = Doubts()


@pytest.fixture(autouse=True)
def few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices of three, so that there are several."""
    monkeypatch.setattr(roster_steps, "SLICE", 3)
    monkeypatch.setattr(roster_pieces, "SLICE", 3)


def part(staff: Sequence[Staff] = STAFF, patients: Sequence[Patient] = (), doubts: Doubts | None = NO_DOUBTS, **more):
    document = a_document(staff, patients)
    sites = document.sites if staff else ()
    return RosterPart(RosterDocument(sites, document.staff, document.patients, doubts=doubts, **more))


def begin(house: House, *parts: RosterPart, **terms: Any) -> StagedImport:
    staged = house.staging.begin(PRACTICE, ImportTerms(**terms), COMMAND)
    for number, one in enumerate(parts, start=1):
        house.staging.put_part(staged.ref, number, one)
    return house.staging.apply(staged.ref, len(parts))


def bring(house: House, *parts: RosterPart, **terms: Any) -> StagedImport:
    return house.roster_steps.finish(begin(house, *parts, **terms).ref, lambda _: None)


def found(house: House, staged: StagedImport) -> list[tuple[str, str]]:
    return [(one.source, one.reason) for one in house.staging.every_finding(staged.ref)]


def roster(house: House) -> Roster:
    with house.database.look() as work:
        return work.roster.whole(PRACTICE)


def active(house: House) -> dict[str, bool]:
    return {key: patient.active for key, patient in roster(house).patients.items()}


def test_parts_in_any_order_make_one_roster(house: House) -> None:
    """A patient of the first part names staff of the last one."""
    house.furnish(patients=())
    patients = [a_patient(f"p-{number}", team=["new"]) for number in range(7)]

    done = bring(house, part((), patients[:4]), part((), patients[4:]), part([*STAFF, a_staff("new")]))

    assert (done.state, done.phase, done.looked_at, done.patients) == (ImportState.APPLIED, Phase.LEAVERS, 7, 7)
    assert done.counts[RecordKind.PATIENTS].created == 7
    assert done.counts[RecordKind.STAFF].created == 1
    assert roster(house).patients["p-6"].care_team == (CareTeamMember("new", "Physician"),)
    with house.database.look() as work:
        assert work.roster_imports.people(done.ref) == []
    assert house.breaches() == {}
