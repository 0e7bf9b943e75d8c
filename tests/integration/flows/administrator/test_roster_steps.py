"""The steps by which a roster is applied, beside everybody else and by whoever goes on."""

import pytest

from adapters.database.repositories.roster_imports import RosterImportRepository
from router.coverage.staged_import import ImportState
from router.flows.administrator import roster_steps
from router.practice.doubts import RecordKind
from router.practice.roster import Mode
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings
from tests.house import STAFF, House
from tests.integration.flows.administrator.staged_rosters import active, begin, bring, part
from tests.integration.flows.administrator.staged_rosters import few_at_a_time as few_at_a_time  # noqa: PLC0414 - the fixture is shared.
from tests.rosters import stored_roster


def test_a_large_import_is_made_known_to_statistics(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    renewed: list[RosterImportRepository] = []

    def renew(repository: RosterImportRepository) -> None:
        renewed.append(repository)

    monkeypatch.setattr("router.flows.administrator.roster_steps.MANY", 3)
    monkeypatch.setattr(RosterImportRepository, "analyze", renew)
    house.furnish(patients=())
    bring(house, part((), [a_patient(f"q-{number}") for number in range(2)]))
    assert renewed == []

    done = bring(house, part((), [a_patient(f"p-{number}") for number in range(3)]))

    assert done.state is ImportState.APPLIED
    assert sorted(active(house)) == ["p-0", "p-1", "p-2", "q-0", "q-1"]
    # Before the first step, and before the last one.
    assert len(renewed) == 2


def test_who_leaves_leaves_at_the_end_and_all_together(house: House) -> None:
    """Named as inactive or not named: nobody goes before the last step, and their messages go with them."""
    patients = [a_patient(f"p-{number}", team=["ann"]) for number in range(9)]
    house.furnish(settings({Topic.BILLING: ["ben"]}), patients=patients)
    receipts = house.write(house.draft(patient="p-0"))
    house.route.run()
    assert house.recipients(receipts[0].id) == ["ben"]
    staged = begin(
        house,
        part(
            [a_staff("ada", admin=True), a_staff("ann", active=False)],
            [a_patient("p-0", team=["ada"]), a_patient("p-1", active=False), a_patient("new")],
        ),
        mode=Mode.REPLACE,
        allow_deactivate=True,
    )

    seen = []
    while (step := house.roster_steps.step(staged.ref)).state is ImportState.APPLYING:
        seen.append(
            (step.phase, sum(active(house).values()), sum(one.active for one in stored_roster(house).staff.values()))
        )
    house.route.run()

    assert {one[1:] for one in seen} <= {(9, 3), (10, 3)}
    assert sum(active(house).values()) == 2
    assert [key for key, member in stored_roster(house).staff.items() if member.active] == ["ada"]
    counts = step.counts[RecordKind.PATIENTS]
    assert (counts.created, counts.updated, counts.deactivated, counts.unchanged) == (1, 1, 8, 0)
    assert step.counts[RecordKind.STAFF].deactivated == 2
    assert [
        (departure.staff, departure.held.deliveries, departure.held.returned) for departure in step.impact.departures
    ] == [
        ("ann", 0, 0),
        ("ben", 1, 1),
    ]
    assert house.recipients(receipts[0].id) == ["ada", "ben"]
    assert house.breaches() == {}


def test_a_worker_applies_what_waits_and_another_goes_on_where_it_died(house: House) -> None:
    house.furnish(patients=())
    staged = begin(house, part(STAFF, [a_patient(f"p-{number}") for number in range(7)]))
    turns = iter([True, True, False])
    house.roster_steps.run(lambda: next(turns))
    stopped = house.staging.get(staged.ref)

    house.roster_steps.run(lambda: True)
    leased = house.staging.get(staged.ref)
    house.clock.by += roster_steps.LEASE
    house.roster_steps.run(lambda: True)
    house.roster_steps.run(lambda: False)

    assert stopped.looked_at < 7
    assert leased == stopped
    done = house.staging.get(staged.ref)
    assert done.state is ImportState.APPLIED
    assert len(active(house)) == 7
    # Who was overtaken finds nothing more to do.
    assert house.roster_steps.step(staged.ref) == done


def test_what_is_changed_between_two_slices_is_planned_with(house: House) -> None:
    """Somebody else's roster comes in the middle: the records of later slices win over it, as if they came after."""
    house.furnish(patients=[a_patient(f"p-{number}") for number in range(7)])
    staged = begin(house, part([*STAFF], [a_patient(f"p-{number}", name="New") for number in range(7)]))
    for _ in range(2):
        house.roster_steps.step(staged.ref)

    house.bring([*STAFF, a_staff("cleo")], [a_patient("p-0", name="Newer"), a_patient("p-6", name="Newer")])
    house.roster_steps.finish(staged.ref, lambda _: None)

    names = {key: patient.name for key, patient in stored_roster(house).patients.items()}
    assert (names["p-0"], names["p-6"]) == ("Newer", "New")
    assert stored_roster(house).staff["cleo"].active
