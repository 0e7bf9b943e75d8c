"""Ladders in trouble: a message that fails, a database that goes, hours that were taken away, nobody who has it."""

from dataclasses import replace
from datetime import timedelta
from typing import NoReturn
from uuid import UUID

import pytest

from router.actors import COMMAND
from router.coverage.ladder_decisions import Decision, Situation, decide
from router.errors import UnavailableError
from router.flows.worker.escalate import EscalatedBatch
from router.flows.worker.paced_steps import PacedSteps
from router.messages.states import DeliveryState
from router.messaging.hours import Hours
from router.messaging.ladder import LadderStep
from router.practice.topics import Topic
from tests.builders import a_patient
from tests.house import House
from tests.integration.flows.ladders import LADDER, PATIENTS, STAFF, did, ref, steps, wait, with_ladder, written

DECIDE = "router.flows.worker.escalate.decide"


@pytest.fixture
def climbing(house: House) -> House:
    """A practice with a ladder."""
    return house.furnish(with_ladder(*LADDER), staff=STAFF, patients=(a_patient("sam", team=["cem"]),))


def two(house: House) -> tuple[UUID, UUID]:
    """A message about a bill, and one about something else."""
    return written(house), written(house, idempotency_key="key-2", topic=Topic.APPOINTMENT, to="cem")


def test_a_defect_of_one_message_keeps_no_other_from_its_step(climbing: House, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = two(climbing)
    climbing.clock.by += timedelta(minutes=61)

    def fail_for_appointments(step: LadderStep, situation: Situation) -> Decision:
        if situation.question.topic is Topic.APPOINTMENT:
            raise ZeroDivisionError
        return decide(step, situation)

    with monkeypatch.context() as patched:
        patched.setattr(DECIDE, fail_for_appointments)
        assert climbing.escalate.run() == EscalatedBatch(looked_at=2, acted=1, failed=1)

    assert did(climbing, good) == [("remind", "remind")]
    assert steps(climbing, bad) == []
    assert [(what, reference) for what, reference, _ in climbing.failures] == [("a batch", "2"), ("clinic", str(bad))]
    wait(climbing, seconds=11)
    assert did(climbing, bad) == [("remind", "remind")]


def test_a_database_that_goes_while_a_batch_is_redone_charges_no_message(
    climbing: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = two(climbing)
    climbing.clock.by += timedelta(minutes=61)
    # First a defect somewhere in the batch, then, as its messages are redone one by one, the database is gone.
    errors = iter([ZeroDivisionError(), UnavailableError("gone")])

    def fail(*_: object) -> NoReturn:
        raise next(errors)

    with monkeypatch.context() as patched:
        patched.setattr(DECIDE, fail)
        with pytest.raises(UnavailableError):
            climbing.escalate.run()

    assert [what for what, _, _ in climbing.failures] == ["a batch"]
    assert climbing.escalate.run().acted == 2
    assert [did(climbing, message) for message in messages] == [[("remind", "remind")]] * 2


def test_without_a_database_no_step_is_taken_and_the_worker_says_so(
    climbing: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_database: object) -> NoReturn:
        raise UnavailableError("gone")

    monkeypatch.setattr(type(climbing.database), "begin", gone)

    with pytest.raises(UnavailableError):
        climbing.escalate.run()


def test_a_full_batch_hints_for_more(climbing: House) -> None:
    two(climbing)
    climbing.clock.by += timedelta(minutes=61)
    climbing.hints.given.clear()

    assert replace(climbing.escalate, batch=1).run().looked_at == 1
    assert climbing.hints.given["escalate"] == 1
    assert climbing.escalate.run().looked_at == 1
    assert climbing.hints.given["escalate"] == 1


def test_a_practice_with_many_steps_keeps_no_other_waiting(house: House) -> None:
    """Its steps were all due before those of another practice, which came when they had been carried out."""
    for practice in ("large", "small"):
        house.furnish(with_ladder(*LADDER), practice=practice, staff=STAFF, patients=PATIENTS)
    house.write_many(9, practice="large")
    while house.route.run().routed:
        pass
    house.clock.by += timedelta(minutes=1)
    (message,) = house.write_many(1, practice="small")
    house.route.run()
    house.clock.by += timedelta(minutes=61)

    done = replace(house.escalate, batch=4).run()

    assert done.acted == 4
    assert [step.did for step in house.traces.trace("small", message.id, COMMAND)[0].ladder_steps] == ["remind"]
    assert replace(house.escalate, batch=9).run().acted == 6


def test_while_messages_wait_steps_go_on_at_the_pace_of_the_sweep(
    climbing: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hints that were published before the messages came took half of what the workers could do."""
    monkeypatch.setattr("router.flows.worker.paced_steps.BATCHES_BESIDE_MESSAGES", 2)
    climbing.write_many(4)
    climbing.route.run()
    climbing.clock.by += timedelta(minutes=61)
    climbing.write(climbing.draft("written later"))
    climbing.hints.given.clear()
    escalate = replace(climbing.escalate, batch=1)
    one_by_one = PacedSteps(escalate)

    assert replace(climbing.sweep, escalate=escalate).hint()["escalate"] == 0
    assert one_by_one.hinted().looked_at == 0
    assert one_by_one.swept(lambda: True).looked_at == 2
    assert one_by_one.swept(lambda: False).looked_at == 1
    assert climbing.hints.given["escalate"] == 0

    climbing.route.run()
    assert one_by_one.hinted().looked_at == 1
    assert climbing.hints.given["escalate"] == 1


def test_where_no_message_waits_the_sweep_carries_out_one_batch_and_leaves_the_others_to_hints(climbing: House) -> None:
    two(climbing)
    climbing.clock.by += timedelta(minutes=61)
    climbing.hints.given.clear()

    assert PacedSteps(replace(climbing.escalate, batch=1)).swept(lambda: True).looked_at == 1
    assert climbing.hints.given["escalate"] == 1


def test_while_the_hours_are_taken_away_no_step_is_due_and_the_run_goes_on_with_new_ones(climbing: House) -> None:
    message = written(climbing)
    climbing.save(with_ladder(*LADDER, hours=Hours()))
    wait(climbing, minutes=61)
    assert steps(climbing, message) == []

    climbing.save(with_ladder(*LADDER))
    wait(climbing, minutes=16)

    assert did(climbing, message) == [("remind", "remind")]


def test_before_a_message_is_in_an_inbox_only_the_alert_is_carried_out(climbing: House) -> None:
    message = climbing.write()[0]
    climbing.bring([replace(member, active=False) for member in STAFF])
    climbing.route.run()
    assert climbing.states([message]) == ["parked"]

    for _ in range(3):
        wait(climbing, minutes=79)
    assert steps(climbing, message.id) == []
    wait(climbing, minutes=4)

    assert did(climbing, message.id) == [("alert", "alert")]


def test_what_waits_again_once_the_ladder_was_taken_away_has_no_further_run(climbing: House) -> None:
    message = written(climbing)
    mine = ref(climbing, "ann")
    climbing.read_inbox.mark(mine, DeliveryState.DONE)
    climbing.save(with_ladder())

    climbing.read_inbox.mark(mine, DeliveryState.UNREAD)

    wait(climbing, hours=99)
    assert steps(climbing, message) == []
