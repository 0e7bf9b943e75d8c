"""Urgent messages climb a ladder of their own and reach who is on call."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Engine

from router.actors import COMMAND
from router.messages.priority import Priority
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, LadderStep
from router.messaging.settings import MessagingSettings
from tests.house import PRACTICE, House
from tests.integration.flows.staff.urgent_messages import LOWER, RAISE, furnished, ref, written

ROUND_THE_CLOCK = Hours(PracticeHours(round_the_clock=True))
STEPS = (LadderStep(10, Condition.UNOPENED, Do.REMIND), LadderStep(30, Condition.UNANSWERED, Do.ALERT))


def did(house: House, message: UUID) -> list[tuple[int, str | None]]:
    trace, _ = house.traces.trace(PRACTICE, message, COMMAND)
    return [(step.run, step.did) for step in trace.ladder_steps]


def wait(house: House, minutes: int) -> None:
    house.clock.by += timedelta(minutes=minutes)
    house.escalate.run()


def test_urgent_messages_climb_their_own_ladder_on_the_clock_where_somebody_is_on_call(engine: Engine) -> None:
    house = furnished(engine, urgent_ladder=STEPS, on_call=("cem",))
    (message,) = written(house, priority=Priority.URGENT)
    assert house.recipients(message) == ["ann", "ben", "cem"]
    assert house.inbox("cem").items[0].recipient.step == "on_call"
    wait(house, 11)
    wait(house, 20)
    assert did(house, message) == [(1, "remind"), (1, "alert")]
    house.notify.run()
    assert house.breaches() == {}


def test_without_anybody_on_call_and_hours_the_alert_alone_counts_on_the_clock(engine: Engine) -> None:
    house = furnished(engine, urgent_ladder=STEPS)
    (message,) = written(house, priority=Priority.URGENT)
    wait(house, 11)
    assert did(house, message) == []
    wait(house, 20)
    assert did(house, message) == [(1, "alert")]


def test_a_message_that_is_raised_climbs_from_then_on_and_reaches_who_is_on_call(engine: Engine) -> None:
    house = furnished(engine, urgent_ladder=STEPS, on_call=("cem",))
    (message,) = written(house)
    house.clock.by += timedelta(hours=3)
    house.urgency.change(ref(house, message), RAISE)
    assert "cem" in house.recipients(message)
    wait(house, 1)
    assert did(house, message) == []
    wait(house, 10)
    assert did(house, message) == [(1, "remind")]
    house.urgency.change(ref(house, message), LOWER)
    wait(house, 60)
    assert did(house, message) == [(1, "remind")]


def test_while_open_or_in_private_nobody_on_call_gets_it(engine: Engine) -> None:
    house = furnished(engine, on_call=("cem",), hours=ROUND_THE_CLOCK)
    (message,) = written(house, priority=Priority.URGENT)
    assert house.recipients(message) == ["ann", "ben"]
    house.save(replace(_current(house), hours=Hours()))
    (private,) = written(house, priority=Priority.URGENT, private=True)
    assert house.recipients(private) == ["ann", "ben"]


def test_a_cover_takes_what_is_urgent_for_who_is_on_call(engine: Engine) -> None:
    house = furnished(engine, on_call=("cem",))
    house.send_away("cem", cover="ada")
    written(house, priority=Priority.URGENT)
    (item,) = house.inbox("ada").items
    assert (item.recipient.represents, item.recipient.step) == ("cem", "on_call")


def _current(house: House) -> MessagingSettings:
    return house.reports.snapshot(PRACTICE).messaging
