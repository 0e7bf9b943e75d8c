"""Opening hours within the settings."""

from typing import Annotated

from pydantic import Field

from adapters.http.view import View

# Two times of day, such as 08:00 and 12:00; 24:00 ends a day.
Interval = Annotated[list[str], Field(min_length=2, max_length=2)]
Intervals = Annotated[list[Interval], Field(description="Intervals in ascending order; none means closed.")]
Dates = Annotated[dict[str, Intervals], Field(description="By date, the intervals of days that differ from the week.")]


class WeekView(View):
    """The hours of a week, in wall-clock time."""

    mon: Intervals
    tue: Intervals
    wed: Intervals
    thu: Intervals
    fri: Intervals
    sat: Intervals
    sun: Intervals


class PracticeHoursView(View):
    """The opening hours of the practice, in its time zone."""

    weekly: WeekView = Field(description="The hours of each weekday.")
    dates: Dates
    round_the_clock: bool = Field(description="Always open, whatever the week and dates say.")


class SiteHoursView(View):
    """A site's own hours. The practice's dates apply there as well."""

    weekly: WeekView | None = Field(None, description="Its own week; absent: the practice's.")
    dates: Dates
    time_zone: str | None = Field(None, description="Its IANA time zone; absent: the practice's.")


class HoursView(View):
    """The opening hours of the practice and its sites. If none are set, patients see nothing about opening hours."""

    practice: PracticeHoursView = Field(description="The practice's hours.")
    sites: dict[str, SiteHoursView] = Field(description="By site id, the site's own hours.")
