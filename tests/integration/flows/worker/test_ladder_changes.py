"""Open runs follow what was changed: hours, time zones and, where an administrator wants it, ladders."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from adapters.database.tables import ladder_change, ladder_run, waiting
from router.actors import COMMAND
from router.flows.worker.ladder_changes import FollowLadderChanges
from router.messages.priority import Priority
from router.messaging.hours import Hours, Interval, PracticeHours
from router.messaging.ladder import READY_MADE, READY_MADE_URGENT
from router.ports.ladder_changes import LadderChange
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import (
    ALERT,
    LADDER,
    PATIENTS,
    REMIND,
    ROUND_THE_CLOCK,
    STAFF,
    did,
    steps,
    wait,
    with_ladder,
    written,
)

LONG_DAY = (Interval(0, 12 * 60),)
HALF_DAYS = Hours(PracticeHours((LONG_DAY,) * 7))


@pytest.fixture(autouse=True)
def furnished(house: House) -> None:
    house.furnish(with_ladder(*LADDER), staff=STAFF, patients=PATIENTS)


def due(house: House) -> dict[UUID, datetime]:
    """When each message's next step is due; queue and runs say the same."""
    with house.engine.connect() as connection:
        queue = {row.id: row.due_at for row in connection.execute(select(waiting).where(waiting.c.kind == "escalate"))}
        runs = connection.execute(select(ladder_run).where(ladder_run.c.due_at.is_not(None)))
        assert {row.message: row.due_at for row in runs} == queue
    return queue


def changes(house: House) -> list[str]:
    with house.engine.connect() as connection:
        return list(connection.execute(select(ladder_change.c.kind)).scalars())


def test_longer_hours_make_what_waits_due_earlier(house: House) -> None:
    house.save(with_ladder(replace(REMIND, after=1_000), replace(ALERT, after=2_000), hours=HALF_DAYS))
    messages = [written(house, idempotency_key=f"key-{number}") for number in range(3)]
    before = due(house)

    house.save(with_ladder(*LADDER, hours=ROUND_THE_CLOCK))
    assert changes(house) == ["hours"]
    assert house.ladder_changes.run() == len(messages)

    after = due(house)
    assert all(after[message] < before[message] for message in messages)
    assert changes(house) == []
    assert house.ladder_changes.run() == 0


def test_shorter_hours_put_off_what_waits_and_nothing_comes_early(house: House) -> None:
    message = written(house)
    before = due(house)[message]
    shut = Hours(PracticeHours(dates={before.date() + timedelta(days=9): LONG_DAY}))

    house.save(with_ladder(*LADDER, hours=shut))
    house.ladder_changes.run()

    assert due(house)[message] > before + timedelta(days=7)
    wait(house, hours=2)
    assert steps(house, message) == []


def test_what_is_due_by_the_new_hours_is_carried_out_at_once(house: House) -> None:
    week = (LONG_DAY,) * 7
    closed = Hours(PracticeHours(week, {house.operations.ready().date() + timedelta(days=n): () for n in range(-1, 9)}))
    house.save(with_ladder(*LADDER, hours=closed))
    message = written(house)
    wait(house, hours=2)
    assert steps(house, message) == []

    house.save(with_ladder(*LADDER))
    house.ladder_changes.run()

    assert did(house, message) == [("remind", "remind")]


def test_what_began_when_no_opening_time_lay_ahead_follows_the_hours_that_come(house: House) -> None:
    """A practice whose hours are single dates, of which the last is over."""
    today = house.operations.ready().date()
    dated = with_ladder(*LADDER, hours=Hours(PracticeHours(dates={today + timedelta(days=2): LONG_DAY})))
    house.save(dated)
    house.clock.by += timedelta(days=9)
    message = written(house)
    assert did(house, message) == []

    house.save(replace(dated, hours=ROUND_THE_CLOCK))
    house.ladder_changes.run()
    wait(house, hours=2)

    assert did(house, message)[0] == ("remind", "remind")


def test_what_the_release_before_began_so_is_looked_at_as_well(house: House) -> None:
    message = written(house)
    with house.engine.begin() as connection:
        connection.execute(ladder_run.update().values(due_at=None, due_do=None))
        connection.execute(waiting.delete().where(waiting.c.kind == "escalate"))

    house.sweep.hint()
    assert set(due(house)) == {message}
    house.clock.by += timedelta(days=1)
    house.escalate.run()

    assert did(house, message)[0] == ("alert", "alert")


def test_changes_are_followed_in_slices_and_go_on_where_they_stopped(house: House) -> None:
    for number in range(7):
        written(house, idempotency_key=f"key-{number}")
    before = due(house)
    house.save(with_ladder(*LADDER, hours=Hours(PracticeHours((LONG_DAY,) * 7, round_the_clock=False))))

    in_slices = FollowLadderChanges(house.escalate, slice=3)
    assert in_slices.run() >= len(before)

    assert changes(house) == []
    assert len(due(house)) == len(before)


@pytest.mark.parametrize("hours", [ROUND_THE_CLOCK, Hours()], ids=["open", "not set"])
def test_what_is_urgent_and_waits_begins_the_ladder_of_urgent_messages(house: House, hours: Hours) -> None:
    """It was saved when the message was there already, under the practice's ladder or none."""
    before = replace(with_ladder(*LADDER, hours=hours), patients_may_say_urgent=True)
    house.save(before)
    urgent = written(house, priority=Priority.URGENT)
    routine = written(house, idempotency_key="routine")
    house.save(replace(before, urgent_ladder=READY_MADE_URGENT))
    assert house.ladders.would_begin(PRACTICE).messages == 1

    house.ladders.begin(PRACTICE, COMMAND)
    house.ladder_changes.run()

    with house.engine.connect() as connection:
        runs = connection.execute(select(ladder_run).where(ladder_run.c.ended_at.is_(None))).all()
    current = {run.message: ([step["after"] for step in run.steps], bool(run.urgent)) for run in runs}
    assert current[urgent] == ([step.after for step in READY_MADE_URGENT], True)
    assert routine not in current or current[routine] == ([step.after for step in LADDER], False)
    assert house.ladders.would_begin(PRACTICE).messages == 0


def test_another_time_zone_is_a_change_of_hours(house: House) -> None:
    house.ladder_changes.run()
    house.practices.rename(PRACTICE, "Another name", COMMAND)
    assert changes(house) == []
    house.practices.move(PRACTICE, "Europe/Paris", COMMAND)
    assert changes(house) == ["hours"]


def test_what_somebody_else_holds_is_left_for_the_next_time(house: House) -> None:
    written(house)
    with house.database.begin() as work:
        work.ladder_changes.note(PRACTICE, LadderChange.HOURS)
        work.ladder_changes.note(PRACTICE, LadderChange.HOURS)
        work.commit()
    if house.engine.dialect.name == "sqlite":
        return
    with house.database.begin() as work:
        (item,) = house.inbox("ann").items
        work.replies.hold(PRACTICE, [item.conversation])
        assert house.ladder_changes.run() == 0
        assert changes(house) == ["hours"]
    with house.database.begin() as work:
        work.practices.change_distribution(PRACTICE)
        assert house.ladder_changes.run() == 0
    assert house.ladder_changes.run() == 1
    assert changes(house) == []


def begin(house: House) -> None:
    with house.database.begin() as work:
        work.ladder_changes.note(PRACTICE, LadderChange.OPEN)
        work.commit()
    house.ladder_changes.run()


def test_open_messages_get_the_ladder_in_force_when_an_administrator_wants_it(house: House) -> None:
    house.save(with_ladder())
    early = written(house)
    house.clock.by += timedelta(hours=3)
    house.save(with_ladder(*LADDER))
    late = written(house, idempotency_key="key-2")
    assert set(due(house)) == {late}

    begin(house)

    assert set(due(house)) == {early, late}
    wait(house, minutes=61)
    # Its steps count from now, and its alert from when it was accepted.
    assert did(house, early) == [("alert", "alert")]
    wait(house, minutes=61)
    assert did(house, early) == [("alert", "alert"), ("remind", "remind")]
    assert changes(house) == []


def test_a_run_under_another_ladder_is_renewed_and_keeps_the_clock_of_its_alert(house: House) -> None:
    message = written(house)
    wait(house, minutes=61)
    house.save(with_ladder(*READY_MADE))

    begin(house)

    assert [step.run for step in steps(house, message)] == [1]
    wait(house, hours=4, minutes=1)
    assert [(step.run, step.did) for step in steps(house, message)] == [(1, "remind"), (2, "remind")]
    wait(house, hours=11)
    assert (2, "alert") in [(step.run, step.did) for step in steps(house, message)]


def test_messages_are_gone_through_in_slices_and_those_that_have_it_stay(house: House) -> None:
    house.save(with_ladder())
    messages = [written(house, idempotency_key=f"key-{number}") for number in range(5)]
    house.save(with_ladder(*LADDER))
    with house.database.begin() as work:
        work.ladder_changes.note(PRACTICE, LadderChange.OPEN)
        work.commit()

    assert FollowLadderChanges(house.escalate, messages=2).run() == len(messages)
    before = due(house)
    assert set(before) == set(messages)

    begin(house)
    assert due(house) == before


def test_without_hours_no_run_begins_for_open_messages(house: House) -> None:
    house.save(with_ladder(hours=Hours()))
    written(house)
    house.save(with_ladder(*LADDER, hours=Hours()))
    begin(house)
    assert due(house) == {}


def test_a_message_that_somebody_else_holds_is_left_for_the_next_time(house: House) -> None:
    if house.engine.dialect.name == "sqlite":
        return
    house.save(with_ladder())
    written(house)
    house.save(with_ladder(*LADDER))
    with house.database.begin() as work:
        (item,) = house.inbox("ann").items
        work.replies.hold(PRACTICE, [item.conversation])
        begin(house)
        assert changes(house) == ["open"]
    house.ladder_changes.run()
    assert len(due(house)) == 1


def test_in_one_turn_only_so_many_slices_are_followed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.flows.worker.ladder_changes.SLICES", 1)
    house.ladder_changes.run()
    for number in range(3):
        written(house, idempotency_key=f"key-{number}")
    house.practices.move(PRACTICE, "Europe/Paris", COMMAND)

    assert FollowLadderChanges(house.escalate, slice=2).run() == 2
    assert changes(house) == ["hours"]
    assert FollowLadderChanges(house.escalate, slice=2).run() == 1
    assert changes(house) == []
