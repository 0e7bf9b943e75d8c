"""Opening hours in documents, both ways: times of day are texts such as 08:30, and 24:00 ends a day."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, cast

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from adapters.documents.document import Document
from adapters.documents.fields import Id
from adapters.documents.problems import SAID
from router.messaging.hours import MINUTES_A_DAY, WEEKDAYS, Day, Hours, Interval, PracticeHours, SiteHours, Week

CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EDGES = 2


def _read_interval(value: object) -> Interval:
    if isinstance(value, list) and len(value) == EDGES:
        opens, closes = (minutes_of(text) for text in value)
        if opens is not None and closes is not None:
            return Interval(opens, closes)
    raise PydanticCustomError(SAID, 'must be two times of day, such as ["08:00", "12:00"]')


def minutes_of(text: object) -> int | None:
    """A time of day such as 08:30 in minutes after 00:00; 24:00 ends a day, None is no time of day."""
    match = CLOCK.fullmatch(text) if isinstance(text, str) else None
    minutes = int(match[1]) * 60 + int(match[2]) if match else MINUTES_A_DAY + 1
    return minutes if minutes <= MINUTES_A_DAY else None


def _read_dates(value: object) -> object:
    if isinstance(value, dict):
        for name in value:
            if not _is_date(name):
                raise PydanticCustomError(SAID, "must have dates such as 2026-12-25 as its names")
    return value


def _is_date(name: object) -> bool:
    try:
        return isinstance(name, str) and DATE.fullmatch(name) is not None and bool(date.fromisoformat(name))
    except ValueError:
        return False


IntervalDocument = Annotated[
    Any,
    BeforeValidator(_read_interval),
    Field(
        json_schema_extra={
            "type": "array",
            "items": {"type": "string", "pattern": f"^{CLOCK.pattern}$"},
            "minItems": EDGES,
            "maxItems": EDGES,
        }
    ),
]
DayDocument = Annotated[list[IntervalDocument], Field(description="Intervals in ascending order; none means closed.")]
DatesDocument = Annotated[
    dict[str, DayDocument],
    BeforeValidator(_read_dates),
    Field(description="By date, the intervals of days that differ from the week; none means closed."),
]


class WeekDocument(Document):
    """The hours of a week, in wall-clock time; an absent weekday is closed."""

    mon: DayDocument = Field(default_factory=list)
    tue: DayDocument = Field(default_factory=list)
    wed: DayDocument = Field(default_factory=list)
    thu: DayDocument = Field(default_factory=list)
    fri: DayDocument = Field(default_factory=list)
    sat: DayDocument = Field(default_factory=list)
    sun: DayDocument = Field(default_factory=list)


class PracticeHoursDocument(Document):
    """The opening hours of the practice. Omitted parts stay unchanged."""

    weekly: Annotated[WeekDocument | None, Field(description="The hours of each weekday.")] = None
    dates: Annotated[DatesDocument | None, Field(description="Holidays and other days that differ.")] = None
    round_the_clock: Annotated[bool | None, Field(description="Always open, whatever the week and dates say.")] = None


TimeZone = Annotated[str, WithJsonSchema({"type": "string", "maxLength": 100, "pattern": "^[A-Za-z0-9_+/-]+$"})]


class SiteHoursDocument(Document):
    """A site's own hours."""

    weekly: Annotated[WeekDocument | None, Field(description="Its own week; absent: the practice's.")] = None
    dates: Annotated[DatesDocument, Field(description="Its own dates, in addition to the practice's.")] = Field(
        default_factory=dict
    )
    time_zone: Annotated[TimeZone | None, Field(description="Its IANA time zone; absent: the practice's.")] = None


class HoursDocument(Document):
    """The opening hours of the practice and its sites. Omitted parts stay unchanged."""

    practice: Annotated[PracticeHoursDocument | None, Field(description="The practice's hours.")] = None
    sites: Annotated[dict[Id, SiteHoursDocument] | None, Field(description="By site id, the site's own hours.")] = None


def hours_of(document: HoursDocument) -> Hours:
    """Make opening hours from a document; absent parts have their defaults."""
    practice = document.practice or PracticeHoursDocument()
    return Hours(
        PracticeHours(
            _week(practice.weekly or WeekDocument()),
            _dates(practice.dates or {}),
            bool(practice.round_the_clock),
        ),
        {
            site: SiteHours(None if own.weekly is None else _week(own.weekly), _dates(own.dates), own.time_zone)
            for site, own in (document.sites or {}).items()
        },
    )


def _week(document: WeekDocument) -> Week:
    return cast("Week", tuple(tuple(getattr(document, weekday)) for weekday in WEEKDAYS))


def _dates(document: Mapping[str, list[Interval]]) -> dict[date, Day]:
    return {date.fromisoformat(name): tuple(intervals) for name, intervals in document.items()}


def render_hours(hours: Hours) -> dict[str, Any]:
    """The part of the settings document for these hours."""
    practice = hours.practice
    return {
        "practice": {
            "weekly": render_week(practice.weekly),
            "dates": _render_dates(practice.dates),
            "round_the_clock": practice.round_the_clock,
        },
        "sites": {site: _render_site(own) for site, own in sorted(hours.sites.items())},
    }


def _render_site(own: SiteHours) -> dict[str, Any]:
    rendered: dict[str, Any] = {} if own.weekly is None else {"weekly": render_week(own.weekly)}
    rendered["dates"] = _render_dates(own.dates)
    return rendered if own.time_zone is None else rendered | {"time_zone": own.time_zone}


def render_week(week: Week) -> dict[str, list[list[str]]]:
    """The hours of each weekday."""
    return {weekday: _render_day(day) for weekday, day in zip(WEEKDAYS, week, strict=True)}


def _render_dates(dates: Mapping[date, Day]) -> dict[str, list[list[str]]]:
    return {day.isoformat(): _render_day(intervals) for day, intervals in sorted(dates.items())}


def _render_day(day: Day) -> list[list[str]]:
    return [[_clock(interval.opens), _clock(interval.closes)] for interval in day]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
