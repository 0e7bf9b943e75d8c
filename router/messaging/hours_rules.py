"""Checks of opening hours, naming the wrong fields.

Whether a time zone exists, and whether the hours are ever open, is checked beside the functions of the time line.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from router.errors import FieldError
from router.messaging.hours import DATES_LIMIT, INTERVALS_A_DAY, MINUTES_A_DAY, WEEKDAYS, Day, Interval, Week
from router.messaging.proposal import Proposal

YEARS = range(1900, 2200)


def check(proposal: Proposal) -> Iterator[FieldError]:
    """Everything that is wrong with the hours of the practice and of its sites."""
    hours = proposal.after.hours
    yield from _week("hours.practice.weekly", hours.practice.weekly)
    yield from _dates("hours.practice.dates", hours.practice.dates)
    for site, own in sorted(hours.sites.items()):
        if site not in proposal.sites:
            yield FieldError(f"hours.sites.{site}", "is not a site of the practice")
        if own.weekly is not None:
            yield from _week(f"hours.sites.{site}.weekly", own.weekly)
        yield from _dates(f"hours.sites.{site}.dates", own.dates)


def _week(field: str, week: Week) -> Iterator[FieldError]:
    for weekday, intervals in zip(WEEKDAYS, week, strict=True):
        yield from _day(f"{field}.{weekday}", intervals)


def _dates(field: str, dates: Mapping[date, Day]) -> Iterator[FieldError]:
    if len(dates) > DATES_LIMIT:
        yield FieldError(field, f"may have at most {DATES_LIMIT} dates")
    for day, intervals in sorted(dates.items()):
        if not YEARS[0] <= day.year <= YEARS[-1]:
            yield FieldError(f"{field}.{day.isoformat()}", f"must lie between {YEARS[0]} and {YEARS[-1]}")
        yield from _day(f"{field}.{day.isoformat()}", intervals)


def _day(field: str, intervals: Day) -> Iterator[FieldError]:
    if len(intervals) > INTERVALS_A_DAY:
        yield FieldError(field, f"may have at most {INTERVALS_A_DAY} intervals")
    end = 0
    for index, interval in enumerate(intervals):
        wrong = _wrong(interval, end)
        if wrong:
            yield FieldError(f"{field}.{index}", wrong)
        end = max(end, interval.closes)


def _wrong(interval: Interval, end: int) -> str | None:
    """What is wrong with an interval of a day whose earlier intervals end at `end`."""
    if not 0 <= interval.opens < MINUTES_A_DAY or not 0 <= interval.closes <= MINUTES_A_DAY:
        return "must lie between 00:00 and 24:00"
    if interval.opens == interval.closes:
        return "is empty"
    if interval.opens > interval.closes:
        return "crosses midnight: end it at 24:00 and begin the next day with another one at 00:00"
    if interval.opens < end:
        return "overlaps an interval before it, or is out of order"
    return None
