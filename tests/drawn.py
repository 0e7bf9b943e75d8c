"""Random opening hours, in all time zones, and ladders for property tests."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from router.coverage.hours import OpeningHours
from router.messaging.hours import WHOLE_DAY, Day, Interval, Week
from router.messaging.ladder import Condition, Do, Ladder, LadderStep
from router.messaging.ladder_rules import STEPS_LIMIT

ZONES = sorted(available_timezones() - {"localtime"})
# A day ahead or behind, changes by half an hour or just after midnight, and a date that never was: drawn more often.
FAR_AWAY = (
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)


@st.composite
def days(draw: st.DrawFn) -> Day:
    """Up to four intervals, apart or touching, on any minute up to 24:00."""
    edges = sorted(draw(st.lists(st.integers(0, 1440), unique=True, max_size=8)))
    own = [Interval(opens, closes) for opens, closes in zip(edges[::2], edges[1::2], strict=False)]
    return tuple(own) if draw(st.booleans()) else WHOLE_DAY if draw(st.booleans()) else ()


def weeks() -> st.SearchStrategy[Week]:
    """Seven such days."""
    return st.tuples(*[days()] * 7)


@st.composite
def ladders(draw: st.DrawFn, latest: int = 3_000, most: int = STEPS_LIMIT) -> Ladder:
    """Up to so many steps, the last of them an alert."""
    afters = sorted(draw(st.sets(st.integers(1, latest), min_size=1, max_size=most)))
    others = st.sampled_from([Do.REMIND, Do.WIDEN, Do.HAND_OVER])
    dos = [draw(others) for _ in afters[:-1]] + [Do.ALERT]
    conditions = [draw(st.sampled_from(Condition)) for _ in afters]
    return tuple(LadderStep(*step) for step in zip(afters, conditions, dos, strict=True))


@cache
def changes_of(zone: ZoneInfo) -> list[datetime]:
    """The hours from 2001 to 2037 in which the zone's offset from UTC changes."""
    weeks = [datetime(2001, 1, 1, tzinfo=UTC) + timedelta(days=7 * number) for number in range(52 * 36)]
    offsets = [at.astimezone(zone).utcoffset() for at in weeks]
    changes = [
        change_between(zone, weeks[number], weeks[number + 1])
        for number in range(len(weeks) - 1)
        if offsets[number] != offsets[number + 1]
    ]
    return changes or [datetime(2026, 3, 1, tzinfo=UTC)]


def change_between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The whole hour before which the offset is still that of `before`."""
    later = after.astimezone(zone).utcoffset()
    while after - before > timedelta(hours=1):
        middle = before + (after - before) // timedelta(hours=2) * timedelta(hours=1)
        before, after = (before, middle) if middle.astimezone(zone).utcoffset() == later else (middle, after)
    return before


@st.composite
def situations(draw: st.DrawFn) -> tuple[OpeningHours, datetime]:
    """Hours in any zone, with dates of their own, and a whole minute shortly before a change of the zone's offset."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES) | st.sampled_from(FAR_AWAY)))
    start = draw(st.sampled_from(changes_of(zone))) + timedelta(minutes=draw(st.integers(-1500, 1500)))
    near = start.astimezone(zone).date()
    dates = st.dictionaries(st.integers(-1, 5).map(lambda ahead: near + timedelta(days=ahead)), days(), max_size=3)
    return OpeningHours(zone, draw(weeks()), draw(dates)), start
