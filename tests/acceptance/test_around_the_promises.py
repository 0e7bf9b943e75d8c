"""What keeps the promises going: fairness, absences, one bad message, reconciling; on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from adapters.database import tables
from adapters.database.unit_of_work import Database
from router.actors import COMMAND
from router.flows.operator import reconciliation
from router.operations.reconciliation import Slice
from router.practice.availability import Absence
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE, House, ShiftedClock
from tests.transitions import forging

if TYPE_CHECKING:
    from router.messages.acceptance import Receipt

TO_ANN_AND_BEN = settings({Topic.BILLING: ["ann", "ben"]})


def poison(house: House, receipt: "Receipt") -> UUID:
    """Make a message one that can't be routed; returns its id."""
    with house.engine.begin() as connection:
        broken = update(tables.conversation).where(tables.conversation.c.id == receipt.conversation)
        connection.execute(broken.values(topic="nonsense"))
    return receipt.id


def test_a_message_that_can_not_be_routed_is_parked_after_three_tries_and_harms_no_other(
    house: House,
) -> None:
    receipts = house.furnish(TO_ANN_AND_BEN).write_many(5)
    poisoned = poison(house, receipts[2])

    for _ in range(3):
        house.route.run()
        house.clock.by += timedelta(seconds=3)

    assert house.states(receipts) == ["delivered"] * 2 + ["parked"] + ["delivered"] * 2
    assert [(one.id, one.reason) for one in house.operations.parked(None, None, 9)] == [(poisoned, "routing_failed")]
    with house.engine.begin() as connection:
        connection.execute(update(tables.conversation).values(topic="billing"))
    house.operations.requeue(PRACTICE, poisoned, COMMAND)
    house.route.run()
    assert house.recipients(poisoned) == ["ann", "ben"]


def test_a_message_that_failed_is_not_tried_again_before_it_is_due(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Longer than any machine may take from one turn to the next.
    monkeypatch.setattr("router.flows.worker.route.RETRY_AFTER", timedelta(hours=1))
    poison(house, house.furnish(TO_ANN_AND_BEN).write_many(1)[0])

    failed = [house.route.run().failed, house.route.run().failed]
    house.clock.by += timedelta(hours=1)
    failed.append(house.route.run().failed)

    assert failed == [1, 0, 1]


def test_a_practice_with_a_backlog_starves_nobody(house: House) -> None:
    house.furnish().furnish(practice="small")
    house.write_many(60)
    small = house.write_many(2, practice="small")

    replace(house.route, batch=20, share=10).run()

    assert house.states(small, "small") == ["delivered"] * 2


def test_what_two_practices_ask_alike_each_answers_for_itself(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).furnish(settings({Topic.BILLING: ["ben"]}), practice="other")
    [here], [there] = house.write_many(1), house.write_many(1, practice="other")

    house.route.run()

    assert house.recipients(here.id) == ["ann"]
    assert house.recipients(there.id, "other") == ["ben"]


def test_absences_count_at_the_moment_of_routing(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]}))
    now = house.operations.ready()
    later = Absence("ann", now + timedelta(hours=1), now + timedelta(hours=2), "ben")
    house.roster.set_absence(PRACTICE, later, COMMAND)
    receipts: list[Receipt] = []
    for hours in (0, 1, 1):
        house.clock.by += timedelta(hours=hours)
        receipts += house.write(house.draft(f"key-{house.clock.by}-{len(receipts)}"))
        house.route.run()

    assert [house.recipients(one.id) for one in receipts] == [["ann"], ["ben"], ["ann"]]


def test_reconcile_looks_at_each_slice_as_of_one_moment(house: House) -> None:
    """What is accepted while it looks is not seen by half: a running system would be told of breaches without one."""
    house.furnish(TO_ANN_AND_BEN).write_many(2)
    with house.database.snapshot() as work:
        before = work.reconciliation.slice(None, 9)
        house.write(house.draft("late"))
        house.route.run()

        assert work.reconciliation.slice(None, 9) == before == Slice((), None, {"messages": 2, "deliveries": 0})
    with house.database.snapshot() as work:
        assert work.reconciliation.slice(None, 9).counted["messages"] == 3


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6, 100])
def test_reconcile_finds_the_same_in_slices_of_any_size(
    house: House, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slices go over all practices; each message, delivery and notification is looked at once."""
    monkeypatch.setattr(reconciliation, "A_SLICE", limit)
    for practice in ("clinic", "another"):
        house.furnish(TO_ANN_AND_BEN, practice=practice).write_many(3, practice=practice)
    house.route.run()
    with forging(house.engine) as connection:
        ids = set(connection.execute(select(tables.message.c.id)).scalars())
        deliveries = set(connection.execute(select(tables.delivery.c.id)).scalars())
        connection.execute(delete(tables.notification))
        connection.execute(update(tables.message).values(state="accepted"))

    broken: list[str] = []
    done = house.reconcile.run(lambda breach: broken.append(breach.id))

    assert done.counted == {"messages": len(ids), "deliveries": len(deliveries), "notifications": 0}
    assert sorted(broken) == sorted(str(identifier) for identifier in ids | deliveries)


def test_reconcile_names_what_somebody_broke_by_hand(house: House) -> None:
    receipts = house.furnish(TO_ANN_AND_BEN).write_many(4)
    house.route.run()
    waiting = house.write(house.draft("late"))[0]
    one, two, three, four = (receipt.id for receipt in receipts)
    with forging(house.engine) as connection:
        table = tables.delivery
        ids = {row.message: row.id for row in connection.execute(select(table).where(table.c.staff == "ann"))}
        connection.execute(update(tables.message).where(tables.message.c.id == one).values(state="accepted"))
        gone = delete(tables.notification).where(tables.notification.c.delivery == ids[two])
        connection.execute(gone)
        connection.execute(delete(table).where(table.c.id == ids[two]))
        connection.execute(delete(tables.notification).where(tables.notification.c.delivery == ids[three]))
        silent = update(tables.notification).where(tables.notification.c.delivery == ids[four])
        connection.execute(silent.values(state="parked", reason=None))
        stuck = tables.notification.c.delivery == ids[four]
        parked = connection.execute(select(tables.notification.c.id).where(stuck)).scalar_one()
    house.clock.by += timedelta(hours=1)

    found = house.breaches()

    assert found[str(one)] == "has waited to be routed for too long"
    assert found[str(two)] == "its inboxes are not those of its resolution"
    assert found[str(ids[three])] == "the delivery has 0 notifications"
    assert found[str(parked)] == "the notification is parked without a reason"
    assert found[str(waiting.id)] == "has waited to be routed for too long"


def test_many_practices_are_kept_in_memory_by_version_and_never_stale(house: House) -> None:
    house.furnish(TO_ANN_AND_BEN).write()
    other_process = Database(house.engine, ShiftedClock())
    assert house.route.run().routed == 1

    House(house.engine).save(settings({Topic.BILLING: ["ada"]}))
    receipt = house.write(house.draft("later"))[0]
    house.route.run()

    assert house.recipients(receipt.id) == ["ada"]
    assert other_process is not house.database


def test_the_patient_may_write_to_whom_the_form_offers(house: House) -> None:
    house.furnish(patients=[a_patient("pat", team=["ann"])])

    receipt = house.write(house.draft(patient="pat", topic=Topic.MEDICAL, to="ann"))[0]
    house.route.run()

    assert receipt.to == "Ann"
    assert house.recipients(receipt.id) == ["ann"]
