"""Promise 12: nothing waits unseen; on SQLite and on PostgreSQL."""

import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import exc, select

from adapters.database import tables
from router.actors import COMMAND
from router.flows.staff.replies import ReplyRequest
from router.flows.worker.paced_steps import PacedSteps
from router.messages.inbox import DeliveryRef
from router.messages.trace import TracedStepOfLadder
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, LadderStep
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.acceptance.crashes import Death, DyingDatabase
from tests.acceptance.halted_worker import HALTED
from tests.builders import a_patient, settings
from tests.forked import Fork, Order
from tests.house import PRACTICE, House
from tests.processes import ROOT, wait_for

LADDER = (
    LadderStep(60, Condition.UNOPENED, Do.REMIND),
    LadderStep(120, Condition.UNOPENED, Do.WIDEN),
    LadderStep(180, Condition.UNANSWERED, Do.HAND_OVER),
    LadderStep(240, Condition.UNANSWERED, Do.ALERT),
)
STEPS = [step.do.value for step in LADDER]


def with_ladder(**values: object) -> MessagingSettings:
    """Ann gets bills, ben is the catch-all, and the practice never closes."""
    given = {"hours": Hours(PracticeHours(round_the_clock=True)), "ladder": LADDER, "catch_all": ("ben",)}
    return settings({Topic.BILLING: ["ann"]}, **given | values)


def written(house: House, count: int = 1) -> list[UUID]:
    """So many messages, in ann's inbox."""
    house.furnish(with_ladder(), patients=[a_patient("sam", team=["ada"])])
    receipts = house.write_many(count)
    house.route.run()
    return [receipt.id for receipt in receipts]


def steps(house: House, message: UUID) -> list[TracedStepOfLadder]:
    return list(house.traces.trace(PRACTICE, message, COMMAND)[0].ladder_steps)


def carried_out(house: House, message: UUID) -> list[str | None]:
    return [step.did for step in steps(house, message)]


def told(house: House) -> Counter[tuple[UUID, str, int]]:
    """How often each step of each message told somebody."""
    with house.engine.connect() as connection:
        rows = connection.execute(select(tables.step_notice))
        return Counter((row.message, row.staff, row.step) for row in rows)


def climb(house: House, rounds: int = 8) -> None:
    for _ in range(rounds):
        house.clock.by += timedelta(minutes=61)
        house.escalate.run()


def test_promise_12_what_nobody_opens_climbs_to_its_end_each_step_once(house: House) -> None:
    (message,) = written(house)

    climb(house)

    assert carried_out(house, message) == STEPS
    assert house.recipients(message) == ["ada", "ann", "ben"]
    assert [item.message for item in house.overdue.list(PRACTICE, COMMAND).items] == [message]
    house.notify.run()
    assert house.breaches() == {}


@pytest.mark.parametrize("stored", [False, True])
def test_promise_12_a_worker_that_dies_at_any_step_leaves_it_undone_or_done(house: House, *, stored: bool) -> None:
    messages = written(house, 3)

    for _ in range(8):
        house.clock.by += timedelta(minutes=61)
        with suppress(Death):
            replace(house.escalate, database=DyingDatabase(house.database, stored)).run()
        house.escalate.run()

    assert [carried_out(house, message) for message in messages] == [STEPS] * 3
    assert set(told(house).values()) == {1}
    house.notify.run()
    assert house.breaches() == {}


def test_promise_12_a_worker_that_is_killed_in_the_middle_of_a_step_changes_nothing(
    house: House, tmp_path: Path
) -> None:
    messages = written(house, 3)
    house.clock.by += timedelta(minutes=61)

    with halted_worker(house, tmp_path):
        pass

    assert [steps(house, message) for message in messages] == [[]] * 3
    assert not told(house)
    wait_for(lambda: house.escalate.run().acted, "the database lets go of what the dead had locked", 30)
    assert [carried_out(house, message) for message in messages] == [["remind"]] * 3
    assert set(told(house).values()) == {1}


@contextmanager
def halted_worker(house: House, folder: Path) -> Iterator[None]:
    """A worker that has written its steps but not committed them, and is killed at the end."""
    url = house.engine.url.render_as_string(hide_password=False)
    said, hours = folder / "halted.txt", str(house.clock.by.total_seconds() / 3600)
    order = Order("tests.acceptance.halted_worker", (url, hours), dict(os.environ), ROOT, said, folder / "halted.log")
    worker = Fork(order)
    try:
        wait_for(lambda: said.exists() and HALTED in said.read_text(), "the worker halts", 60)
        yield
    finally:
        worker.kill()


def test_promise_12_workers_on_the_same_steps_carry_out_each_once(house: House) -> None:
    messages = written(house, 40)
    house.clock.by += timedelta(minutes=61)
    workers = [House(house.engine, house.clock, failures=house.failures) for _ in range(4)]
    start = threading.Barrier(len(workers))

    def work(one: House) -> None:
        start.wait()
        while replace(one.escalate, batch=7).run().looked_at:
            pass

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    house.escalate.run()

    assert [carried_out(house, message) for message in messages] == [["remind"]] * 40
    assert set(told(house).values()) == {1}
    assert house.failures == []


def test_promise_12_with_every_hint_dropped_the_sweep_finds_what_is_due(house: House) -> None:
    (message,) = written(house)
    house.clock.by += timedelta(minutes=61)

    assert house.sweep.hint()["escalate"] == 1
    PacedSteps(house.sweep.escalate).swept(lambda: True)

    assert carried_out(house, message) == ["remind"]


def test_promise_12_the_unique_constraint_holds_against_any_code(house: House) -> None:
    written(house)
    climb(house, 1)

    with house.engine.begin() as connection:
        row = dict(connection.execute(select(tables.ladder_step)).mappings().one())
        with pytest.raises(exc.IntegrityError):
            connection.execute(tables.ladder_step.insert(), [row])


def test_promise_12_without_a_ladder_what_waits_is_counted_and_shown(house: House) -> None:
    house.furnish(with_ladder(ladder=(), answer_within=60))
    message = house.write()[0].id
    house.route.run()
    assert house.overdue.count(PRACTICE) == 0

    house.clock.by += timedelta(minutes=61)

    assert house.overdue.count(PRACTICE) == 1
    assert [item.message for item in house.overdue.list(PRACTICE, COMMAND).items] == [message]


def test_promise_12_an_answer_is_the_end_of_it(house: House) -> None:
    (message,) = written(house)
    climb(house, 1)

    ref = DeliveryRef(PRACTICE, house.inbox("ann").items[0].delivery, "ann", COMMAND)
    house.replies.reply(ref, ReplyRequest("It is paid."))
    climb(house)

    assert carried_out(house, message) == ["remind"]
    assert house.overdue.count(PRACTICE) == 0
