"""Computing with opening hours: the opening time between two moments, and the moment after so much opening time.

Time zones come in as `tzinfo` values. A wall-clock hour that daylight saving skips is no time; one that it repeats is
two. Moments are aware datetimes; results are in UTC.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise

from router.messaging.hours import CLOSED_WEEK, Day, Week

# Opening time that isn't there within ten years never comes.
HORIZON = timedelta(days=3653)

# Two changes of one zone's offset are never this close together.
_SCAN = timedelta(hours=6)
_SECOND = timedelta(seconds=1)
_NOTHING = timedelta(0)

# The moments on either side of a span, in UTC and naive: comparing and adding naive values is what is fast.
_Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When a practice or a site is at work, in its own time zone.

    `dates` hold the days that differ from the week: with intervals of their own, or closed. `round_the_clock` is every
    minute of every day, whatever week and dates say. The default, with nothing set, is never open.
    """

    zone: tzinfo
    weekly: Week = CLOSED_WEEK
    dates: Mapping[date, Day] = field(default_factory=dict)
    round_the_clock: bool = False

    def on(self, day: date) -> Day:
        """The intervals of this date; none means closed."""
        own = self.dates.get(day)
        return self.weekly[day.weekday()] if own is None else own


def is_open(hours: OpeningHours, at: datetime) -> bool:
    """Whether the moment lies within the opening hours; a closing moment no longer does."""
    if hours.round_the_clock:
        return True
    local = at.astimezone(hours.zone)
    minute = local.hour * 60 + local.minute
    return any(interval.opens <= minute < interval.closes for interval in hours.on(local.date()))


def next_opening(hours: OpeningHours, start: datetime) -> datetime | None:
    """The first open moment from `start` on: `start` itself while it is open; None if there is none in ten years."""
    if hours.round_the_clock:
        return start.astimezone(UTC)
    begins = _naive(start)
    return next((_aware(opens) for opens, _ in _spans(hours, begins, _reach(begins))), None)


def opening_time_between(hours: OpeningHours, start: datetime, end: datetime) -> timedelta:
    """The opening time from `start` to `end`; none if `end` is not after `start`."""
    begins, ends = _naive(start), _naive(end)
    if begins >= ends:
        return _NOTHING
    if hours.round_the_clock:
        return ends - begins
    return sum((closes - opens for opens, closes in _spans(hours, begins, ends)), _NOTHING)


def moment_after(hours: OpeningHours, start: datetime, opening_time: timedelta) -> datetime | None:
    """The earliest moment that is so much opening time after `start`; None if it isn't reached in ten years.

    Time that ends as the practice closes ends at that closing, not at the next opening.
    """
    if opening_time <= _NOTHING:
        return start.astimezone(UTC)
    begins = _naive(start)
    reach = _reach(begins)
    if hours.round_the_clock:
        return _aware(begins + opening_time) if opening_time <= reach - begins else None
    left = opening_time
    for opens, closes in _spans(hours, begins, reach):
        if closes - opens >= left:
            return _aware(opens + left)
        left -= closes - opens
    return None


def open_until(hours: OpeningHours, start: datetime, end: datetime) -> datetime:
    """Until when it stays open from `start` on, at most until `end`; `start` itself where it is closed."""
    reached = start
    for opens, closes in open_stretches(hours, start, end):
        if opens > reached:
            break
        reached = closes
    return reached


def open_stretches(hours: OpeningHours, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The open stretches between two moments, in order; a stretch may be split, as at midnight."""
    begins, ends = _naive(start), _naive(end)
    if hours.round_the_clock:
        return [(_aware(begins), _aware(ends))] if begins < ends else []
    return [(_aware(opens), _aware(closes)) for opens, closes in _spans(hours, begins, ends)]


def _spans(hours: OpeningHours, begins: datetime, ends: datetime) -> Iterator[_Span]:
    """The open stretches between two moments, in order: day by day, within each stretch of one offset from UTC."""
    for start, end, offset in _offsets(hours.zone, begins, ends):
        wall_start, wall_end = start + offset, end + offset
        day = wall_start.date()
        while (midnight := datetime.combine(day, time())) < wall_end:
            for interval in hours.on(day):
                opens = max(midnight + timedelta(minutes=interval.opens), wall_start)
                closes = min(midnight + timedelta(minutes=interval.closes), wall_end)
                if opens < closes:
                    yield opens - offset, closes - offset
            day += timedelta(days=1)


def _offsets(zone: tzinfo, begins: datetime, ends: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The stretches between two moments throughout which the zone has one offset from UTC."""
    for year in range(begins.year, ends.year + 1) if begins < ends else ():
        changes = _changes(zone, year)
        for (start, offset), (end, _) in pairwise((*changes, (datetime(year + 1, 1, 1), _NOTHING))):  # noqa: DTZ001
            if start < ends and end > begins:
                yield max(start, begins), min(end, ends), offset


@lru_cache(maxsize=4096)
def _changes(zone: tzinfo, year: int) -> tuple[tuple[datetime, timedelta], ...]:
    """The zone's offset when the year of UTC begins, and each change during it, with the moment to the second."""
    moment, following = datetime(year, 1, 1), datetime(year + 1, 1, 1)  # noqa: DTZ001 - naive UTC, as everywhere here.
    changes = [(moment, _offset(zone, moment))]
    while moment < following:
        later = min(moment + _SCAN, following - _SECOND)
        if _offset(zone, later) != changes[-1][1]:
            changes.append(_change(zone, moment, later))
        moment += _SCAN
    return tuple(changes)


def _change(zone: tzinfo, before: datetime, after: datetime) -> tuple[datetime, timedelta]:
    """The first second with the offset that `after` has, between two moments that differ in it."""
    offset = _offset(zone, after)
    while after - before > _SECOND:
        middle = before + (after - before) // (2 * _SECOND) * _SECOND
        before, after = (before, middle) if _offset(zone, middle) == offset else (middle, after)
    return after, offset


def _offset(zone: tzinfo, moment: datetime) -> timedelta:
    return zone.fromutc(moment.replace(tzinfo=zone)).utcoffset() or _NOTHING


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


def _reach(begins: datetime) -> datetime:
    """How far is looked, short of where the calendar ends."""
    latest = datetime(9998, 12, 31)  # noqa: DTZ001
    return begins + HORIZON if latest - begins > HORIZON else latest
