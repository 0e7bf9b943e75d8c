"""Reconciliation looks at every message, however many slices that takes, and keeps nothing from one to the next."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from adapters.database.tables import delivery, hand_over, notification, step_notice
from router.messages.states import NotificationState
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, LadderStep
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings
from tests.house import House
from tests.rows import rows_fetched
from tests.transitions import forging

A_SLICE, MESSAGES = 2, 7
LADDER = (
    LadderStep(60, Condition.UNOPENED, Do.REMIND),
    LadderStep(120, Condition.UNOPENED, Do.WIDEN),
    LadderStep(240, Condition.UNANSWERED, Do.ALERT),
)


@pytest.fixture
def house(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Ann gets bills, and whom nobody reads climb a ladder; two are looked at at a time."""
    monkeypatch.setattr("router.flows.operator.reconciliation.A_SLICE", A_SLICE)
    hours = Hours(PracticeHours(round_the_clock=True))
    staff = [replace(a_staff(one, admin=one == "ada"), email=f"{one}@clinic.example") for one in ("ada", "ann", "cem")]
    messaging = replace(settings({Topic.BILLING: ["ann"]}), hours=hours, ladder=LADDER)
    return house.furnish(messaging, staff=staff, patients=[a_patient("sam", team=["cem"])])


def climb(house: House) -> None:
    """Write messages that are reminded of, widened to Cem and become an alert."""
    house.write_many(MESSAGES)
    house.route.run()
    for _ in LADDER:
        house.clock.by += timedelta(hours=3)
        house.escalate.run()
    house.notify.run()


def test_a_breach_is_found_in_whichever_slice_it_is(house: House) -> None:
    receipts = house.write_many(5)
    house.route.run()
    assert house.breaches() == {}
    lost = [receipts[0].id, receipts[-1].id]

    with house.engine.begin() as connection:
        theirs = delivery.c.message.in_(lost)
        connection.execute(delete(notification).where(notification.c.delivery.in_(select(delivery.c.id).where(theirs))))
        connection.execute(delete(delivery).where(theirs))

    assert set(house.breaches()) == {str(one) for one in lost}


def test_what_steps_of_ladders_did_is_compared_in_slices_too(house: House) -> None:
    climb(house)
    assert house.breaches() == {}

    with house.engine.begin() as connection:
        connection.execute(delete(step_notice).where(step_notice.c.step == 0))
        connection.execute(update(hand_over).values(taker="ada"))

    found = house.breaches()
    assert len(found) == MESSAGES
    assert set(found.values()) == {"step 2 didn't give it to whom it names"}


def test_memory_is_that_of_a_slice_whatever_is_stored_and_wrong(house: House) -> None:
    """All steps of ladders were read as one, with all hand-overs; and all that was wrong was kept until the end."""
    climb(house)
    with forging(house.engine) as connection:
        connection.execute(update(notification).values(state=NotificationState.PARKED, reason=None))
    kept: list[int] = []

    with rows_fetched(house.engine) as rows:
        done = house.reconcile.run(lambda _breach: kept.append(len(rows)))

    assert done.broken == done.counted["notifications"] > MESSAGES * len(LADDER)
    # Each message has two deliveries, three steps and as many notices of them.
    assert max(rows) <= A_SLICE * len(LADDER)
    # What is wrong is told while the slices that follow are still to be looked at.
    assert kept[0] < len(rows)
    assert kept[0] != kept[-1]
