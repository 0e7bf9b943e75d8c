"""The pieces of a roster are taken in, replaced, put together and left behind."""

import pytest

from router.actors import COMMAND
from router.coverage.staged_import import ImportState, ImportTerms, Phase
from router.errors import Conflict, Invalid, NotFound
from router.flows.administrator import roster_steps
from router.flows.administrator.roster_staging import RosterPart
from router.practice.doubts import Doubts, RecordKind
from router.practice.import_report import Finding
from router.practice.people import CareTeamMember
from router.practice.staged_roster import SEVERAL
from tests.builders import a_patient, a_staff
from tests.house import PRACTICE, STAFF, House
from tests.integration.flows.administrator.staged_rosters import active, bring, found, part
from tests.integration.flows.administrator.staged_rosters import few_at_a_time as few_at_a_time  # noqa: PLC0414 - the fixture is shared.
from tests.rosters import stored_roster


def test_parts_in_any_order_make_one_roster(house: House) -> None:
    """A patient of the first part names staff of the last one."""
    house.furnish(patients=())
    patients = [a_patient(f"p-{number}", team=["new"]) for number in range(7)]

    done = bring(house, part((), patients[:4]), part((), patients[4:]), part([*STAFF, a_staff("new")]))

    assert (done.state, done.phase, done.looked_at, done.patients) == (ImportState.APPLIED, Phase.LEAVERS, 7, 7)
    assert done.counts[RecordKind.PATIENTS].created == 7
    assert done.counts[RecordKind.STAFF].created == 1
    assert stored_roster(house).patients["p-6"].care_team == (CareTeamMember("new", "Physician"),)
    with house.database.look() as work:
        assert work.roster_imports.people(done.ref) == []
    assert house.breaches() == {}


def test_pieces_of_one_record_count_together(house: House) -> None:
    """As a command takes its source in: the record first, and what couldn't be read of it later."""
    house.furnish(patients=[a_patient("p-0", team=["ann"])])
    staged = house.staging.begin(PRACTICE, ImportTerms(by_hand=True), COMMAND)

    house.staging.add(staged.ref, part((), [a_patient("p-0", name="Other")]))
    house.staging.add(staged.ref, part((), (), Doubts(teams=frozenset({"p-0"}), every_team=False)))
    house.staging.apply(staged.ref, 1)
    house.roster_steps.run(lambda: True)
    assert house.staging.get(staged.ref).phase is Phase.PEOPLE
    done = house.roster_steps.finish(staged.ref, lambda _: None)

    assert done.counts[RecordKind.PATIENTS].updated == 1
    assert stored_roster(house).patients["p-0"].care_team == (CareTeamMember("ann", "Physician"),)


def test_a_part_takes_the_place_of_the_one_with_its_number(house: House) -> None:
    house.furnish(patients=())
    staged = house.staging.begin(PRACTICE, ImportTerms(), COMMAND)
    faulty = RosterPart(part((), [a_patient("x")]).document, (Finding("patients", "x", "was repaired"),))
    house.staging.put_part(staged.ref, 1, faulty)
    house.staging.put_part(staged.ref, 1, part((), [a_patient("p-0")]))

    with pytest.raises(Invalid) as refused:
        house.staging.put_part(staged.ref, 2, part((), [a_patient("y"), a_patient("p-0")]))
    with pytest.raises(Invalid):
        house.staging.put_part(staged.ref, 0, part((), ()))
    with pytest.raises(Conflict):
        house.staging.apply(staged.ref, 2)
    house.staging.put_part(staged.ref, 2, part((), [a_patient("y")]))
    with pytest.raises(Conflict):
        house.staging.apply(staged.ref, 1)
    begun = house.staging.apply(staged.ref, 2)
    assert house.staging.apply(staged.ref, 2).state is ImportState.APPLYING
    with pytest.raises(Conflict):
        house.staging.put_part(staged.ref, 3, part((), ()))
    house.roster_steps.run(lambda: True)

    assert [(error.field, error.key) for error in refused.value.errors] == [("patients.1.id", "p-0")]
    assert sorted(active(house)) == ["p-0", "y"]
    assert found(house, begun) == []
    assert house.staging.apply(staged.ref, 2).state is ImportState.APPLIED


def test_what_is_not_there_is_not_found_and_what_was_left_behind_is_deleted(house: House) -> None:
    house.furnish(patients=())
    left = house.staging.begin(PRACTICE, ImportTerms(), COMMAND)
    house.staging.put_part(left.ref, 1, part((), [a_patient("p-0")]))
    house.clock.by += roster_steps.LEASE * 60 * 24 * 8

    house.staging.begin(PRACTICE, ImportTerms(), COMMAND)

    kept = house.staging.begin(PRACTICE, ImportTerms(), COMMAND)
    house.staging.delete(kept.ref)
    house.roster_steps.run(lambda: True)

    with pytest.raises(NotFound):
        house.staging.get(kept.ref)
    for ask in (house.staging.get, house.roster_steps.step):
        with pytest.raises(NotFound):
            ask(left.ref)
    with pytest.raises(NotFound):
        house.staging.begin("nobody", ImportTerms(), COMMAND)


def test_a_record_that_stands_in_two_pieces_is_reported_and_the_last_counts(house: House) -> None:
    house.furnish(patients=())
    staged = house.staging.begin(PRACTICE, ImportTerms(by_hand=True), COMMAND)
    house.staging.add(staged.ref, part(STAFF, [a_patient("p-0", name="First"), a_patient("p-1")]))
    house.staging.add(staged.ref, part((), [a_patient("p-0", name="Last"), a_patient("p-1")]))
    strict = part((), [a_patient("p-0", name="Other")], Doubts(is_strict=True))

    with pytest.raises(Invalid):
        house.staging.add(staged.ref, strict)
    house.staging.apply(staged.ref, 1)
    house.roster_steps.finish(staged.ref, lambda _: None)

    assert stored_roster(house).patients["p-0"].name == "Last"
    assert found(house, staged) == [("p-0", SEVERAL)]
