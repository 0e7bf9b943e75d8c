"""Ladders on both engines: each step once, in its order, whatever dies."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from adapters.database.tables import ladder_run, ladder_step, notification, step_notice, waiting
from router.actors import COMMAND
from router.errors import Conflict
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.arrival import Arrival
from router.messages.states import DeliveryState, State
from router.messaging.ladder import Do
from router.messaging.settings import TopicSet
from router.practice.topics import Topic
from tests.builders import a_patient
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import (
    ALERT,
    HAND_OVER,
    LADDER,
    PATIENTS,
    STAFF,
    WIDEN,
    count,
    did,
    ref,
    steps,
    wait,
    with_ladder,
    written,
)
from tests.integration.flows.ladders import house as house  # noqa: PLC0414 - the fixture is shared.


def test_a_message_that_nobody_touches_climbs_step_by_step(house: House) -> None:
    message = written(house)
    wait(house, minutes=59)
    assert steps(house, message) == []
    following = house.inbox("ann").items[0].next_step
    assert following is not None
    assert following.do is Do.REMIND
    wait(house, minutes=2)
    assert did(house, message) == [("remind", "remind")]
    assert steps(house, message)[0].told == ("ann",)
    wait(house, minutes=60)
    assert did(house, message)[1:] == [("widen", "widen")]
    assert house.recipients(message) == ["ann", "cem"]
    # Who newly has it keeps it for as long as the first step waits.
    wait(house, minutes=61)
    assert did(house, message)[2:] == [("hand_over", "hand_over")]
    assert [item.recipient.staff for item in house.inbox("ben").items] == ["ben"]
    assert not house.inbox("ann").items
    wait(house, minutes=62)
    assert did(house, message)[3:] == [("alert", "alert")]
    assert steps(house, message)[3].told == ("ada",)
    wait(house, hours=99)
    assert len(steps(house, message)) == len(LADDER)
    assert count(house, ladder_run.select().where(ladder_run.c.due_do.is_not(None)).subquery()) == 0
    house.notify.run()
    assert house.breaches() == {}


def test_what_was_opened_is_not_reminded_of_but_still_alerted(house: House) -> None:
    message = written(house)
    house.read_inbox.mark(ref(house, "ann"), DeliveryState.READ)
    for _ in range(3):
        wait(house, minutes=61)
    assert did(house, message) == [("remind", None), ("widen", None), ("hand_over", "hand_over")]
    assert steps(house, message)[0].because == "opened"


def test_after_a_long_silence_nothing_comes_as_a_volley(house: House) -> None:
    message = written(house)
    wait(house, hours=200)
    house.escalate.run()
    assert did(house, message) == [("alert", "alert")]
    wait(house, minutes=59)
    assert len(steps(house, message)) == 1
    wait(house, minutes=2)
    assert did(house, message)[1:] == [("remind", "remind")]


def alerted(house: House) -> UUID:
    """A message of which administrators were told, with nothing further on its ladder."""
    house.save(with_ladder(ALERT))
    message = written(house)
    wait(house, minutes=241)
    assert did(house, message) == [("alert", "alert")]
    return message


def ended(house: House) -> list[str]:
    with house.engine.connect() as connection:
        return list(
            connection.execute(select(ladder_run.c.ended_by).where(ladder_run.c.ended_at.is_not(None))).scalars()
        )


def test_a_run_at_the_end_of_its_ladder_ends_once_somebody_is_done_with_its_message(house: House) -> None:
    """It stayed open for ever, and the list of what is overdue looked through all that were ever alerted."""
    alerted(house)
    wait(house, hours=25)
    assert (ended(house), house.overdue.count(PRACTICE)) == ([], 1)

    house.read_inbox.mark(ref(house, "ann"), DeliveryState.DONE)
    wait(house, hours=25)

    assert ended(house) == ["done"]
    assert count(house, waiting) == 0
    house.notify.run()
    assert house.breaches() == {}


def test_a_run_that_the_release_before_left_open_ends_too(house: House) -> None:
    alerted(house)
    with house.engine.begin() as connection:
        connection.execute(ladder_run.update().values(due_at=None))
        connection.execute(waiting.delete())
    wait(house, hours=25)

    house.sweep.hint()
    assert count(house, waiting) == 1
    house.read_inbox.mark(ref(house, "ann"), DeliveryState.DONE)
    wait(house, hours=25)

    assert ended(house) == ["done"]
    assert count(house, waiting) == 0


def test_with_nobody_of_the_catch_all_available_a_hand_over_is_an_alert_and_nothing_moves(house: House) -> None:
    house.save(with_ladder(HAND_OVER, ALERT))
    house.send_away("ben", hours=99)
    message = written(house)
    wait(house, minutes=181)
    assert did(house, message) == [("hand_over", "alert")]
    assert steps(house, message)[0].because == "nobody_available"
    assert house.recipients(message) == ["ann"]


def test_what_was_written_to_a_chosen_provider_reaches_the_care_team_only(engine: Engine) -> None:
    base = with_ladder(HAND_OVER, ALERT)
    practice = TopicSet({**base.practice.topics, Topic.MEDICAL: replace(base.practice[Topic.MEDICAL], recipients=())})
    house = House(engine).furnish(
        replace(base, practice=practice), staff=STAFF, patients=(a_patient("sam", team=["ann", "cem"]),)
    )
    message = written(house, topic=Topic.MEDICAL, to="ann")
    wait(house, minutes=181)
    assert did(house, message) == [("hand_over", "hand_over")]
    assert house.recipients(message) == ["ann", "cem"]


def test_a_step_that_fails_three_times_becomes_an_alert_and_is_listed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = written(house)

    def fail(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("router.flows.worker.escalate.decide", fail)
        for _ in range(3):
            wait(house, minutes=61)
        wait(house, minutes=1)
    assert [(step.did, step.because) for step in steps(house, message)] == [("alert", "step_failed")]
    parked = house.operations.parked(PRACTICE, None, 10)
    assert [(item.kind, item.reason, item.id) for item in parked] == [("step", "step_failed", message)]
    with pytest.raises(Conflict, match="have been alerted"):
        house.operations.requeue(PRACTICE, message, COMMAND)


def test_a_transaction_that_is_lost_leaves_a_step_undone_and_the_next_does_it_once(house: House) -> None:
    message = written(house)
    house.clock.by += timedelta(minutes=61)
    with house.database.begin() as work:
        claimed = work.ladders.claim(10)
        assert len(claimed.runs) == 1
    assert steps(house, message) == []
    house.escalate.run()
    house.escalate.run()
    assert did(house, message) == [("remind", "remind")]
    assert count(house, step_notice) == 1
    assert count(house, ladder_step) == 1
    assert count(house, notification) == count(house, step_notice) + len(house.recipients(message))


def test_an_answer_of_somebody_from_whom_a_step_took_it_counts(house: House) -> None:
    message = written(house)
    mine = ref(house, "ann")
    for _ in range(4):
        wait(house, minutes=61)
    assert ("hand_over", "hand_over") in did(house, message)

    house.replies.reply(mine, ReplyRequest("It is paid."))

    assert house.accept.receipt(PRACTICE, message).status is State.ANSWERED
    wait(house, hours=9)
    assert len(steps(house, message)) <= len(LADDER)
    house.notify.run()
    assert house.breaches() == {}


def test_who_gets_it_by_a_step_hears_what_was_not_done_in_time_and_who_had_it(house: House) -> None:
    written(house)
    for minutes in (61, 60, 61):
        wait(house, minutes=minutes)

    (cems,) = house.inbox("cem", InboxView.DONE).items
    (bens,) = house.inbox("ben").items

    assert cems.arrival is not None
    assert (cems.arrival.giver, cems.arrival.step, cems.arrival.did) == ("ann", WIDEN, Do.WIDEN)
    assert bens.arrival is not None
    assert (bens.arrival.giver, bens.arrival.step, bens.arrival.did) == ("ann", HAND_OVER, Do.HAND_OVER)
    assert bens.arrival.at == bens.received_at
    assert house.read_inbox.delivery(ref(house, "ben"))[0].arrival == bens.arrival
    assert house.inbox("ann", InboxView.DONE).items[0].arrival is None


def test_so_does_who_got_it_from_the_list_of_what_is_overdue(engine: Engine) -> None:
    house = House(engine).furnish(with_ladder(ALERT), staff=STAFF, patients=PATIENTS)
    message = written(house)
    wait(house, minutes=241)

    house.overdue.hand_over(PRACTICE, message, "catch_all", COMMAND)

    (bens,) = house.inbox("ben").items
    assert bens.arrival == Arrival(bens.received_at, "ann")
