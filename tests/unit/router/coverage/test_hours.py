"""Opening hours on the time line, against a simulation that looks at every minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.coverage.hours import (
    HORIZON,
    OpeningHours,
    is_open,
    moment_after,
    next_opening,
    open_until,
    opening_time_between,
)
from router.messaging.hours import CLOSED_WEEK, WHOLE_DAY, Day, Interval, Week
from tests.drawn import ZONES, changes_of, situations

MINUTE = timedelta(minutes=1)
NINE_TO_FIVE: Day = (Interval(9 * 60, 17 * 60),)
WORKING_WEEK: Week = (NINE_TO_FIVE, NINE_TO_FIVE, NINE_TO_FIVE, NINE_TO_FIVE, NINE_TO_FIVE, (), ())
ALL_WEEK: Week = (WHOLE_DAY,) * 7


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def simulated_open(hours: OpeningHours, at: datetime) -> bool:
    """What a clock on the wall shows, held against the intervals of the day on the calendar beside it."""
    wall = at.astimezone(hours.zone)
    own = hours.dates.get(wall.date(), hours.weekly[wall.weekday()])
    return hours.round_the_clock or any(one.opens <= wall.hour * 60 + wall.minute < one.closes for one in own)


def simulate(hours: OpeningHours, start: datetime, minutes: int) -> list[bool]:
    """For each minute from `start` whether it is open."""
    return [simulated_open(hours, start + number * MINUTE) for number in range(minutes)]


@settings(deadline=None)
@given(situations(), st.integers(0, 4000))
def test_opening_time_between_is_what_a_minute_by_minute_simulation_counts(situation, minutes) -> None:
    hours, start = situation

    counted = opening_time_between(hours, start, start + minutes * MINUTE)

    assert counted == sum(simulate(hours, start, minutes)) * MINUTE


@settings(deadline=None)
@given(situations(), st.integers(1, 1500))
def test_moment_after_is_where_a_simulation_has_counted_enough(situation, minutes) -> None:
    hours, start = situation
    count = 0
    reached = None
    for number, opened in enumerate(simulate(hours, start, 4000)):
        count += opened
        if opened and count == minutes:
            reached = start + (number + 1) * MINUTE
            break

    moment = moment_after(hours, start, minutes * MINUTE)

    if reached is None:
        assert moment is None or moment > start + 4000 * MINUTE
    else:
        assert moment == reached


@settings(deadline=None)
@given(situations(), st.timedeltas(timedelta(seconds=1), timedelta(days=4)), st.integers(0, 59))
def test_the_two_functions_are_inverse(situation, opening_time, seconds) -> None:
    """Holds to the second, also for starts and durations that are no whole minutes."""
    hours, start = situation
    start += timedelta(seconds=seconds)

    moment = moment_after(hours, start, opening_time)

    if moment is not None:
        assert opening_time_between(hours, start, moment) == opening_time
        assert opening_time_between(hours, start, moment - timedelta(microseconds=1)) < opening_time
    else:
        assert opening_time_between(hours, start, start + HORIZON) < opening_time


@settings(deadline=None)
@given(situations())
def test_next_opening_is_the_first_open_minute(situation) -> None:
    hours, start = situation
    simulated = simulate(hours, start, 4000)

    opening = next_opening(hours, start)

    if any(simulated):
        assert opening == start + simulated.index(True) * MINUTE
    else:
        assert opening is None or opening >= start + 4000 * MINUTE
    assert is_open(hours, start) == simulated[0] == (opening == start)


def test_every_zone_of_the_database_agrees_with_its_wall_clock_where_its_offset_changes() -> None:
    """In all of them, around their last two changes: where daylight saving is used, one of each direction."""
    daytime: Day = (Interval(15, 2 * 60 + 15), Interval(2 * 60 + 20, 23 * 60 + 31))
    for zone in map(ZoneInfo, ZONES):
        hours = OpeningHours(zone, (daytime,) * 7)
        for change in changes_of(zone)[-2:]:
            start = change - timedelta(hours=2)
            simulated = simulate(hours, start, 5 * 60)
            counted = sum(simulated) * MINUTE

            assert opening_time_between(hours, start, start + timedelta(hours=5)) == counted, zone.key
            assert next_opening(hours, start) == start + simulated.index(True) * MINUTE, zone.key
            last = len(simulated) - simulated[::-1].index(True)
            assert moment_after(hours, start, counted) == start + last * MINUTE, zone.key


def test_an_hour_that_daylight_saving_skips_is_no_time() -> None:
    night: Day = (Interval(2 * 60, 3 * 60),)
    hours = OpeningHours(ZoneInfo("America/New_York"), (night,) * 7)

    assert opening_time_between(hours, utc(2026, 3, 8, 5), utc(2026, 3, 9, 4)) == timedelta(0)
    assert next_opening(hours, utc(2026, 3, 8, 5)) == utc(2026, 3, 9, 6)


def test_an_hour_that_daylight_saving_repeats_is_two() -> None:
    night: Day = (Interval(60, 2 * 60),)
    hours = OpeningHours(ZoneInfo("America/New_York"), (night,) * 7)

    assert opening_time_between(hours, utc(2026, 11, 1, 4), utc(2026, 11, 2, 4)) == timedelta(hours=2)
    assert moment_after(hours, utc(2026, 11, 1, 4), timedelta(minutes=90)) == utc(2026, 11, 1, 6, 30)


def test_a_repeated_hour_just_after_midnight_belongs_to_two_dates() -> None:
    """St. John's went back at 00:01, so that the evening before returned for an hour after its date was over."""
    hours = OpeningHours(ZoneInfo("America/St_Johns"), ALL_WEEK, {date(2006, 10, 29): ()})
    changed = utc(2006, 10, 29, 2, 31)

    assert not is_open(hours, changed - MINUTE)
    assert is_open(hours, changed)
    assert opening_time_between(hours, changed - MINUTE, changed + timedelta(hours=3)) == timedelta(minutes=59)


def test_time_that_ends_at_closing_ends_there_and_not_at_the_next_opening() -> None:
    hours = OpeningHours(UTC, WORKING_WEEK)

    assert moment_after(hours, utc(2026, 11, 27, 16), timedelta(hours=1)) == utc(2026, 11, 27, 17)
    assert moment_after(hours, utc(2026, 11, 27, 16), timedelta(hours=1, seconds=1)) == utc(2026, 11, 30, 9, 0, 1)


def test_a_date_overrides_its_weekday() -> None:
    hours = OpeningHours(UTC, WORKING_WEEK, {date(2026, 11, 30): (), date(2026, 12, 5): NINE_TO_FIVE})

    assert next_opening(hours, utc(2026, 11, 28)) == utc(2026, 12, 1, 9)
    assert is_open(hours, utc(2026, 12, 5, 12))


def test_an_interval_to_24_00_meets_the_next_day_without_a_gap() -> None:
    evening: Day = (Interval(22 * 60, 24 * 60),)
    morning: Day = (Interval(0, 2 * 60),)
    hours = OpeningHours(UTC, (evening, morning, (), (), (), (), ()))

    assert moment_after(hours, utc(2026, 11, 30, 22), timedelta(hours=3)) == utc(2026, 12, 1, 1)
    assert is_open(hours, utc(2026, 12, 1))
    assert is_open(hours, utc(2026, 11, 30, 23, 59))


def test_round_the_clock_is_clock_time_whatever_the_dates_say() -> None:
    hours = OpeningHours(UTC, CLOSED_WEEK, {date(2026, 11, 30): ()}, round_the_clock=True)
    start = utc(2026, 11, 30, 7)

    assert is_open(hours, start)
    assert next_opening(hours, start) == start
    assert moment_after(hours, start, timedelta(hours=30)) == start + timedelta(hours=30)
    assert opening_time_between(hours, start, start + timedelta(hours=30)) == timedelta(hours=30)
    assert moment_after(hours, start, HORIZON + MINUTE) is None


def test_not_set_is_not_open() -> None:
    hours = OpeningHours(ZoneInfo("Europe/Berlin"))
    start = utc(2026, 11, 30, 7)

    assert not is_open(hours, start)
    assert next_opening(hours, start) is None
    assert moment_after(hours, start, MINUTE) is None
    assert opening_time_between(hours, start, start + timedelta(days=365)) == timedelta(0)


def test_hours_that_end_with_their_dates_are_never_open_again() -> None:
    hours = OpeningHours(UTC, CLOSED_WEEK, {date(2026, 12, 1): NINE_TO_FIVE})

    assert next_opening(hours, utc(2026, 11, 30)) == utc(2026, 12, 1, 9)
    assert next_opening(hours, utc(2026, 12, 2)) is None


@pytest.mark.parametrize("opening_time", [timedelta(0), timedelta(minutes=-5)])
def test_no_opening_time_after_a_moment_is_that_moment(opening_time) -> None:
    start = datetime(2026, 11, 30, 7, tzinfo=ZoneInfo("Europe/Berlin"))

    assert moment_after(OpeningHours(UTC), start, opening_time) == start


def test_nothing_lies_between_a_moment_and_an_earlier_one() -> None:
    hours = OpeningHours(UTC, ALL_WEEK)

    assert opening_time_between(hours, utc(2026, 11, 30), utc(2026, 11, 29)) == timedelta(0)


def test_where_the_calendar_ends_nothing_is_found() -> None:
    hours = OpeningHours(UTC, ALL_WEEK)

    assert next_opening(hours, utc(9999, 6, 1)) is None
    assert moment_after(hours, utc(9998, 12, 30), timedelta(days=30)) is None


@settings(deadline=None)
@given(situations(), st.integers(0, 3000))
def test_it_stays_open_until_the_first_minute_at_which_a_simulation_finds_it_closed(situation, minutes) -> None:
    hours, start = situation
    start = start.replace(second=0, microsecond=0)
    found = simulate(hours, start, minutes)
    expected = found.index(False) if False in found else minutes

    assert open_until(hours, start, start + minutes * MINUTE) == start + expected * MINUTE
