"""What ladders would have done to the messages of the past."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.coverage.hours import OpeningHours, opening_time_between
from router.coverage.replay import PastMessage, carried_out, moved, replay
from router.coverage.timeline import Timeline
from router.messaging.hours import Interval
from router.messaging.ladder import READY_MADE, READY_MADE_URGENT, Condition, Do, Ladder, LadderStep
from router.practice.topics import Topic
from tests.builders import settings

WORKDAY = (Interval(8 * 60, 12 * 60), Interval(13 * 60, 17 * 60))
OFFICE = OpeningHours(ZoneInfo("America/Chicago"), (WORKDAY, WORKDAY, WORKDAY, WORKDAY, WORKDAY, (), ()))
ALWAYS = OpeningHours(ZoneInfo("UTC"), round_the_clock=True)
# Within it daylight saving begins.
BEGINS, ENDS = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)
LINE = Timeline.of(ALWAYS, BEGINS, ENDS)
moments = st.datetimes(BEGINS.replace(tzinfo=None), ENDS.replace(tzinfo=None), timezones=st.just(UTC))


@given(start=moments, end=moments, hours=st.sampled_from([OFFICE, ALWAYS]))
def test_the_line_says_what_the_hours_say(start: datetime, end: datetime, hours: OpeningHours) -> None:
    start, end = sorted((start, end))
    line = Timeline.of(hours, BEGINS, ENDS)

    found = timedelta(minutes=line.minutes_until(end) - line.minutes_until(start))

    assert found == pytest.approx(opening_time_between(hours, start, end), abs=timedelta(milliseconds=1))


def test_a_line_without_any_time_is_empty() -> None:
    assert Timeline.of(ALWAYS, ENDS, BEGINS).minutes_until(ENDS) == 0


@pytest.mark.parametrize(
    ("opened", "ended", "dos"),
    [
        (60, 100, []),
        (300, 2_000, [Do.REMIND, Do.REMIND, Do.ALERT]),
        (2_000, 2_000, [Do.REMIND, Do.WIDEN, Do.REMIND, Do.ALERT]),
        (2_000, 500, [Do.REMIND, Do.WIDEN]),
        (240, 960, [Do.REMIND]),
    ],
)
def test_steps_are_carried_out_while_their_condition_holds(opened: float, ended: float, dos: list[Do]) -> None:
    assert carried_out(READY_MADE, opened, ended) == dos


def test_who_newly_has_it_keeps_it_for_as_long_as_the_first_step_waits() -> None:
    ladder: Ladder = (
        LadderStep(120, Condition.UNANSWERED, Do.WIDEN),
        LadderStep(130, Condition.UNANSWERED, Do.REMIND),
        LadderStep(140, Condition.UNANSWERED, Do.ALERT),
    )
    assert carried_out(ladder, 999, 200) == [Do.WIDEN, Do.ALERT]
    assert carried_out(ladder, 999, 241) == [Do.WIDEN, Do.REMIND, Do.ALERT]


def past(
    hours: float,
    *,
    opened: float | None = None,
    ended: float | None = None,
    site: str | None = None,
    urgent: bool = False,
) -> PastMessage:
    """A message so many hours before the end, opened and ended so many hours after it was accepted."""
    accepted = ENDS - timedelta(hours=hours)
    moments = (None if one is None else accepted + timedelta(hours=one) for one in (opened, ended))
    opened_at, ended_at = moments
    return PastMessage(site, Topic.BILLING, accepted, opened_at, ended_at, urgent=urgent)


def test_messages_are_counted_by_what_would_have_reached_them() -> None:
    found = replay(
        [past(100), past(100, opened=1), past(100, opened=1, ended=2), past(5), past(100, site="unknown")],
        settings(ladder=READY_MADE),
        {None: Timeline.of(ALWAYS, BEGINS, ENDS)},
        ENDS,
    )

    assert found.messages == 5
    assert found.reached == {Do.REMIND: 3, Do.WIDEN: 1, Do.ALERT: 2}
    assert found.fired == 4 + 2 + 1


def test_without_a_ladder_or_hours_nothing_would_have_happened() -> None:
    line = Timeline.of(ALWAYS, BEGINS, ENDS)
    assert replay([past(100)], settings(), {None: line}, ENDS).fired == 0
    assert replay([past(100)], settings(ladder=READY_MADE), {None: None}, ENDS).fired == 0


@pytest.mark.parametrize(
    ("on_call", "line", "dos"),
    [
        # An hour before the end of the line it is evening in Chicago, and the practice is closed.
        ((), Timeline.of(OFFICE, BEGINS, ENDS), {Do.ALERT: 1}),
        ((), None, {Do.ALERT: 1}),
        (("dan",), None, {Do.REMIND: 1, Do.WIDEN: 1, Do.ALERT: 1}),
        ((), LINE, {Do.REMIND: 1, Do.WIDEN: 1, Do.ALERT: 1}),
    ],
)
def test_urgent_messages_climb_their_own_ladder_and_its_alert_is_on_the_clock(on_call, line, dos) -> None:
    messaging = settings(ladder=READY_MADE, urgent_ladder=READY_MADE_URGENT, on_call=on_call)

    found = replay([past(1.2, urgent=True), past(0.1, urgent=True)], messaging, {None: line}, ENDS)

    assert found.reached == dos
    # Without a ladder of their own they climb the others'.
    without = settings(ladder=READY_MADE)
    assert replay([past(5, urgent=True)], without, {None: LINE}, ENDS).reached == {Do.REMIND: 1}


def test_counts_are_told_in_the_order_of_the_steps_without_those_that_reach_none() -> None:
    found = replay([past(100), past(100, opened=1)], settings(ladder=READY_MADE), {None: LINE}, ENDS)
    assert found.counts_in_words == ["reminded people about 2", "given 1 to more people", "alerted you to 2"]
    assert replay([], settings(), {}, ENDS).counts_in_words == []


def test_what_other_recipients_would_have_got_is_counted_by_place() -> None:
    before, after = settings({Topic.BILLING: ["ann"]}), settings({Topic.BILLING: ["ben"]})
    found = moved([past(9), past(8), past(7, site="north")], before, after)
    assert [(one.site, one.topic, one.before, one.after, one.messages) for one in found] == [
        (None, Topic.BILLING, ("ann",), ("ben",), 2),
        ("north", Topic.BILLING, ("ann",), ("ben",), 1),
    ]
    assert moved([past(9)], before, before) == []
