"""Runs of ladders that can't be read: damaged, or written by a later release. They keep no other from its steps."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from adapters.database.tables import conversation, delivery, ladder_run, message, notification
from router.coverage.ladder_decisions import Ending
from router.flows.staff.replies import ReplyRequest
from router.flows.worker.escalate import EscalatedBatch
from router.messages.states import DeliveryState, Outcome
from router.practice.topics import Topic
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import LADDER, PATIENTS, STAFF, did, ref, steps, wait, with_ladder, written
from tests.transitions import forging

OTHER = "elsewhere"
LATER_WORD = [{"after": 60, "while": "unopened", "do": "sing"}, {"after": 240, "while": "unanswered", "do": "alert"}]


def damage_steps(house: House, message_id: UUID, stored: object = LATER_WORD) -> None:
    """The steps have a word that only a later release knows."""
    change(house, update(ladder_run).where(ladder_run.c.message == message_id).values(steps=stored))


def damage_topic(house: House, message_id: UUID) -> None:
    """The topic of its conversation is damaged."""
    its = select(message.c.conversation).where(message.c.id == message_id).scalar_subquery()
    change(house, update(conversation).where(conversation.c.id == its).values(topic="nonsense"))


def damage_delivery(house: House, message_id: UUID) -> None:
    """The state of its delivery is damaged."""
    change(house, update(delivery).where(delivery.c.message == message_id).values(state="nonsense"))


def change(house: House, statement: Any) -> None:  # noqa: ANN401 - an update of any table.
    with forging(house.engine) as connection:
        connection.execute(statement)


DAMAGES = pytest.mark.parametrize("damage", [damage_steps, damage_topic, damage_delivery])


@pytest.fixture
def climbing(house: House) -> House:
    """Two practices with a ladder each."""
    for practice in (PRACTICE, OTHER):
        house.furnish(with_ladder(*LADDER), practice=practice, staff=STAFF, patients=PATIENTS)
    return house


def three(house: House) -> tuple[UUID, UUID, UUID]:
    """The first of the practice, one that is due after it, and one of another practice."""
    first = written(house)
    second = written(house, idempotency_key="key-2", topic=Topic.APPOINTMENT, to="cem")
    (third,) = house.write_many(1, practice=OTHER)
    house.route.run()
    return first, second, third.id


def runs_of(house: House, message_id: UUID) -> list[dict[str, Any]]:
    with house.engine.connect() as connection:
        these = select(ladder_run).where(ladder_run.c.message == message_id).order_by(ladder_run.c.number)
        return [dict(row) for row in connection.execute(these).mappings()]


def run_of(house: House, message_id: UUID) -> dict[str, Any]:
    """Its newest."""
    return runs_of(house, message_id)[-1]


def alerts(house: House) -> int:
    with house.engine.connect() as connection:
        kinds = connection.execute(select(notification.c.kind)).scalars().all()
    return kinds.count("staff_alert")


@DAMAGES
@pytest.mark.parametrize("batch", [1, 200])
def test_one_that_cannot_be_read_keeps_no_other_from_its_step(climbing: House, damage: Any, batch: int) -> None:  # noqa: ANN401
    bad, *good = three(climbing)
    damage(climbing, bad)
    climbing.clock.by += timedelta(minutes=61)

    for _ in range(3):
        replace(climbing.escalate, batch=batch).run()

    assert {run_of(climbing, message_id)["due_do"] for message_id in good} == {"widen"}
    assert did(climbing, good[0]) == [("remind", "remind")]
    assert run_of(climbing, bad)["failures"] == 1
    assert [(what, about) for what, about, _ in climbing.failures] == [(PRACTICE, str(bad))]


@DAMAGES
def test_after_three_attempts_administrators_are_alerted_of_it_once(climbing: House, damage: Any) -> None:  # noqa: ANN401
    bad = written(climbing)
    damage(climbing, bad)
    climbing.clock.by += timedelta(minutes=61)

    done = [climbing.escalate.run()]
    for _ in range(9):
        wait(climbing, seconds=11)

    assert done == [EscalatedBatch(looked_at=1, failed=1)]
    assert run_of(climbing, bad)["alerted_at"] is not None
    assert alerts(climbing) == 1
    assert len(climbing.failures) == 3
    assert [(one.kind, one.id) for one in climbing.operations.parked(PRACTICE, None, 9)] == [("step", bad)]
    with climbing.database.look() as work:
        assert work.ladders.is_overdue(PRACTICE, bad)
    wait(climbing, days=2)
    wait(climbing, days=2)
    assert alerts(climbing) == 1
    assert len(climbing.failures) == 3


def test_the_alert_is_recorded_as_the_last_step(climbing: House) -> None:
    bad = written(climbing)
    damage_steps(climbing, bad)
    climbing.clock.by += timedelta(minutes=61)

    for _ in range(4):
        wait(climbing, seconds=11)

    (step,) = steps(climbing, bad)
    assert (step.step, step.planned, step.did, step.because) == (1, "alert", "alert", "step_failed")
    assert step.told == ("ada",)
    while climbing.notify.run().sent:
        pass
    assert climbing.breaches() == {}


def test_steps_that_are_no_list_have_an_alert_all_the_same(climbing: House) -> None:
    bad = written(climbing)
    damage_steps(climbing, bad, stored=7)
    climbing.clock.by += timedelta(minutes=61)

    for _ in range(4):
        wait(climbing, seconds=11)

    assert did(climbing, bad) == [("alert", "alert")]


@pytest.mark.parametrize("by", ["answer", "outcome", "done"])
def test_one_that_somebody_has_taken_care_of_ends_although_it_cannot_be_read(climbing: House, by: str) -> None:
    bad = written(climbing)
    mine = ref(climbing, "ann")
    if by == "answer":
        climbing.replies.reply(mine, ReplyRequest("Yes."))
    else:
        outcome = Outcome.NO_ANSWER_NEEDED if by == "outcome" else None
        climbing.read_inbox.mark(mine, DeliveryState.DONE, outcome)
    damage_steps(climbing, bad)

    wait(climbing, minutes=61)

    expected = Ending.ANSWERED if by == "answer" else Ending.DONE
    assert (run_of(climbing, bad)["ended_by"], run_of(climbing, bad)["due_at"]) == (expected.value, None)
    assert climbing.failures == []


def test_one_that_is_kept_open_does_not_end(climbing: House) -> None:
    bad = written(climbing)
    climbing.replies.reply(ref(climbing, "ann"), ReplyRequest("More later.", keep_open=True))
    damage_steps(climbing, bad)

    wait(climbing, minutes=61)

    assert [run["ended_by"] for run in runs_of(climbing, bad)] == ["renewed", None]
    assert len(climbing.failures) == 1


def test_once_it_can_be_read_again_it_goes_on(climbing: House) -> None:
    bad = written(climbing)
    damage_topic(climbing, bad)
    climbing.clock.by += timedelta(minutes=61)
    climbing.escalate.run()
    topic = update(conversation).values(topic=Topic.BILLING.value)
    change(climbing, topic)

    wait(climbing, seconds=11)

    assert did(climbing, bad) == [("remind", "remind")]
