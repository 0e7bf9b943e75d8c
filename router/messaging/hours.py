"""When a practice and its sites are at work, as an administrator sets it: intervals of wall-clock time."""

from dataclasses import dataclass

MINUTES_A_DAY = 24 * 60
INTERVALS_A_DAY = 4


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Open from `opens` (inclusive) to `closes` (exclusive), both in minutes after 00:00 of the wall clock.

    `closes` may be 1440, which is 24:00; no interval crosses midnight.
    """

    opens: int
    closes: int


# The intervals of one day in ascending order; none means closed.
Day = tuple[Interval, ...]

WHOLE_DAY: Day = (Interval(0, MINUTES_A_DAY),)

# Monday first, as datetime.weekday() counts.
Week = tuple[Day, Day, Day, Day, Day, Day, Day]

CLOSED_WEEK: Week = ((), (), (), (), (), (), ())
