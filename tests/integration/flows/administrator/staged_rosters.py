"""A roster that is taken in in pieces and applied in steps, for the tests of it."""

from collections.abc import Sequence
from typing import Any

import pytest

from router.actors import COMMAND
from router.coverage.staged_import import ImportTerms, StagedImport
from router.flows.administrator import roster_pieces, roster_steps
from router.flows.administrator.roster_staging import RosterPart
from router.practice.doubts import Doubts
from router.practice.people import Patient, Staff
from router.practice.roster import RosterDocument
from tests.builders import a_document
from tests.house import PRACTICE, STAFF, House
from tests.rosters import stored_roster

NO_DOUBTS = Doubts()


@pytest.fixture(autouse=True)
def few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices of three, so that there are several."""
    monkeypatch.setattr(roster_steps, "SLICE", 3)
    monkeypatch.setattr(roster_pieces, "SLICE", 3)


def part(
    staff: Sequence[Staff] = STAFF,
    patients: Sequence[Patient] = (),
    doubts: Doubts | None = NO_DOUBTS,
    **more: Any,  # noqa: ANN401 - fields of a document.
) -> RosterPart:
    document = a_document(staff, patients)
    sites = document.sites if staff else ()
    return RosterPart(RosterDocument(sites, document.staff, document.patients, doubts=doubts, **more))


def begin(house: House, *parts: RosterPart, **terms: Any) -> StagedImport:  # noqa: ANN401 - fields of the terms.
    staged = house.staging.begin(PRACTICE, ImportTerms(**terms), COMMAND)
    for number, one in enumerate(parts, start=1):
        house.staging.put_part(staged.ref, number, one)
    return house.staging.apply(staged.ref, len(parts))


def bring(house: House, *parts: RosterPart, **terms: Any) -> StagedImport:  # noqa: ANN401 - likewise.
    return house.roster_steps.finish(begin(house, *parts, **terms).ref, lambda _: None)


def found(house: House, staged: StagedImport) -> list[tuple[str, str]]:
    return [(finding.source, finding.reason) for finding in house.staging.every_finding(staged.ref)]


def active(house: House) -> dict[str, bool]:
    return {key: patient.active for key, patient in stored_roster(house).patients.items()}
