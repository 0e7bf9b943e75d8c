"""When the run of a message on its ladder begins and ends."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from adapters.database.tables import ladder_run
from router.actors import COMMAND
from router.flows.staff.replies import ReplyRequest
from router.messages.states import DeliveryState, Outcome
from router.messaging.hours import Hours
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import LADDER, STAFF, count, did, ref, steps, wait, with_ladder, written
from tests.integration.flows.ladders import house as house  # noqa: PLC0414 - the fixture is shared.


def test_an_answer_ends_the_run(house: House) -> None:
    message = written(house)
    house.replies.reply(ref(house, "ann"), ReplyRequest("It is paid."))
    wait(house, hours=9)
    assert steps(house, message) == []
    assert count(house, ladder_run.select().where(ladder_run.c.ended_by == "answered").subquery()) == 1


def test_done_ends_the_run_and_its_undo_begins_the_next(house: House) -> None:
    message = written(house)
    mine = ref(house, "ann")
    house.read_inbox.mark(mine, DeliveryState.DONE)
    wait(house, minutes=61)
    assert steps(house, message) == []
    house.read_inbox.mark(mine, DeliveryState.UNREAD)
    wait(house, minutes=1)
    wait(house, minutes=61)
    assert [(step.run, step.did) for step in steps(house, message)] == [(2, "remind")]


def test_a_reply_that_keeps_it_open_begins_the_next_run_with_a_clock_of_its_own(house: House) -> None:
    message = written(house)
    house.clock.by += timedelta(hours=3)
    house.replies.reply(ref(house, "ann"), ReplyRequest("I'll ask.", keep_open=True))
    wait(house, minutes=1)
    assert steps(house, message) == []
    for _ in range(4):
        wait(house, minutes=62)
    assert ("alert", "alert") in did(house, message)
    assert {step.run for step in steps(house, message)} == {2}


@pytest.mark.parametrize("finish", ["answer", "by phone", "no answer needed", "done"])
def test_so_does_one_that_promises_more_after_it_was_finished(house: House, finish: str) -> None:
    message = written(house)
    anns = ref(house, "ann")
    if finish == "answer":
        house.replies.reply(anns, ReplyRequest("It is paid."))
    else:
        outcomes = {"by phone": Outcome.ANSWERED_BY_PHONE, "no answer needed": Outcome.NO_ANSWER_NEEDED}
        house.read_inbox.mark(anns, DeliveryState.DONE, outcomes.get(finish))
    wait(house, minutes=10)

    house.replies.reply(anns, ReplyRequest("I'll ask again.", keep_open=True))

    for _ in range(5):
        wait(house, minutes=62)
    assert ("alert", "alert") in did(house, message)
    assert {step.run for step in steps(house, message)} == {2}
    assert [one.message for one in house.overdue.list(PRACTICE, COMMAND).items] == [message]
    house.notify.run()
    assert house.breaches() == {}


def test_a_ladder_counts_for_messages_accepted_from_then_on(engine: Engine) -> None:
    house = House(engine).furnish(with_ladder(), staff=STAFF)
    early = written(house)
    house.save(with_ladder(*LADDER))
    late = house.write(house.draft("key-2"))[0].id
    house.route.run()
    wait(house, minutes=61)
    assert (len(steps(house, early)), len(steps(house, late))) == (0, 1)


def test_without_hours_no_ladder_begins(engine: Engine) -> None:
    house = House(engine).furnish(with_ladder(*LADDER, hours=Hours()), staff=STAFF)
    written(house)
    assert count(house, ladder_run) == 0


def test_what_was_parked_keeps_the_run_that_it_began_with(house: House) -> None:
    (receipt,) = house.write()
    house.bring([replace(one, active=False) for one in STAFF])
    house.route.run()
    (parked,) = house.operations.parked(PRACTICE, None, 10)
    assert (parked.id, count(house, ladder_run)) == (receipt.id, 1)

    house.bring(STAFF)
    house.route.run()

    assert house.inbox("ann").items[0].message == receipt.id
    assert count(house, ladder_run) == 1
