"""When a practice and its sites are at work, as an administrator sets it: intervals of wall-clock time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

MINUTES_A_DAY = 24 * 60
INTERVALS_A_DAY = 4
DATES_LIMIT = 400
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


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


@dataclass(frozen=True, slots=True)
class PracticeHours:
    """The opening hours of the practice, in its time zone. By default nothing is set, which is not open.

    `dates` differ from the week: with intervals of their own, or closed. `round_the_clock` means every minute of every
    day, whatever week and dates say.
    """

    weekly: Week = CLOSED_WEEK
    dates: Mapping[date, Day] = field(default_factory=dict)
    round_the_clock: bool = False

    @property
    def are_set(self) -> bool:
        """Whether an administrator has set any hours."""
        return self.round_the_clock or any(self.weekly) or any(self.dates.values())


@dataclass(frozen=True, slots=True)
class SiteHours:
    """A site's own hours: its week and time zone (None: the practice's), and its dates.

    The practice's dates also apply to the site, unless the site sets the same date.
    """

    weekly: Week | None = None
    dates: Mapping[date, Day] = field(default_factory=dict)
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """The opening hours of the practice, and of the sites that have their own."""

    practice: PracticeHours = field(default_factory=PracticeHours)
    sites: Mapping[str, SiteHours] = field(default_factory=dict)

    def in_force(self, site: str | None) -> PracticeHours | None:
        """The hours at a site, or of the practice (None); None if nothing is set, so nothing is shown to patients."""
        own = self.sites.get(site, SiteHours()) if site is not None else SiteHours()
        practice = self.practice
        found = PracticeHours(
            practice.weekly if own.weekly is None else own.weekly,
            {**practice.dates, **own.dates},
            practice.round_the_clock and own.weekly is None,
        )
        return found if found.are_set else None

    def time_zone(self, site: str | None) -> str | None:
        """The site's own time zone; None if it uses the practice's."""
        own = self.sites.get(site) if site is not None else None
        return own.time_zone if own else None
