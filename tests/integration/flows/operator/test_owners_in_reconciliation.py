"""Reconciliation finds what waits for an answer and is in nobody's open inbox, and steps that told nobody."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from adapters.database.tables import delivery, step_notice
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, LadderStep
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings
from tests.house import PRACTICE, House
from tests.transitions import forging


@pytest.mark.parametrize(
    ("changed", "is_reported"),
    [({"state": "moved"}, True), ({"step": "forward"}, True), ({"state": "done"}, False), ({"state": "read"}, False)],
)
def test_what_waits_for_an_answer_and_is_in_nobodys_open_inbox_is_reported(
    house: House, changed: dict[str, str], *, is_reported: bool
) -> None:
    receipts = house.furnish(settings({Topic.BILLING: ["ann"]})).write_many(3)
    house.route.run()
    house.notify.run()

    with forging(house.engine) as connection:
        connection.execute(update(delivery).where(delivery.c.message == receipts[1].id).values(**changed))

    said = {str(receipts[1].id): "waits for an answer and is in nobody's open inbox"}
    assert house.breaches() == (said if is_reported else {})


def test_what_a_leaver_holds_where_nobody_else_is_active_is_in_sight(house: House) -> None:
    alone = settings({Topic.BILLING: ["ann"]}, catch_all=("ann",))
    house.furnish(alone, staff=[a_staff("ann")], patients=[a_patient("sam")]).write()
    house.route.run()
    house.notify.run()

    house.bring([a_staff("ann", active=False)])

    assert [one.kind for one in house.operations.parked(PRACTICE, None, 10)] == ["delivery"]
    assert house.breaches() == {}


def test_a_delivery_that_names_another_conversation_is_found(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write_many(2)
    house.route.run()
    house.notify.run()
    with house.engine.begin() as connection:
        one, other = connection.execute(select(delivery.c.id, delivery.c.conversation)).all()
        of_the_other = update(delivery).where(delivery.c.id == one.id).values(conversation=other.conversation)
        connection.execute(of_the_other)

    assert house.breaches() == {str(one.id): "the delivery says of its message what that doesn't say"}


def test_a_step_that_told_nobody_of_those_it_names_is_found_in_its_slice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("router.flows.operator.reconciliation.A_SLICE", 2)
    alert = (LadderStep(60, Condition.UNANSWERED, Do.ALERT),)
    hours = Hours(PracticeHours(round_the_clock=True))
    receipts = house.furnish(settings({Topic.BILLING: ["ann"]}, hours=hours, ladder=alert)).write_many(5)
    house.route.run()
    house.clock.by += timedelta(minutes=61)
    house.escalate.run()
    house.notify.run()
    assert house.breaches() == {}

    with house.engine.begin() as connection:
        connection.execute(delete(step_notice).where(step_notice.c.message == receipts[4].id))

    assert house.breaches() == {str(receipts[4].id): "step 1 didn't tell whom it names"}
