"""Opening hours as the JSON that is stored; both directions side by side. Moments of a day are minutes after 00:00."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from router.messaging.hours import WEEKDAYS, Day, Hours, Interval, PracticeHours, SiteHours, Week

Json = dict[str, Any]


def hours_to_json(hours: Hours) -> Json:
    """The opening hours of the practice and its sites."""
    practice = hours.practice
    return {
        "practice": {
            "weekly": _week_to_json(practice.weekly),
            "dates": _dates_to_json(practice.dates),
            "round_the_clock": practice.round_the_clock,
        },
        "sites": {
            site: {
                "weekly": None if own.weekly is None else _week_to_json(own.weekly),
                "dates": _dates_to_json(own.dates),
                "time_zone": own.time_zone,
            }
            for site, own in hours.sites.items()
        },
    }


def hours_from_json(stored: Json) -> Hours:
    """The stored opening hours."""
    practice = stored["practice"]
    return Hours(
        PracticeHours(
            _week_from_json(practice["weekly"]), _dates_from_json(practice["dates"]), practice["round_the_clock"]
        ),
        {
            site: SiteHours(
                None if own["weekly"] is None else _week_from_json(own["weekly"]),
                _dates_from_json(own["dates"]),
                own["time_zone"],
            )
            for site, own in stored["sites"].items()
        },
    )


def _week_to_json(week: Week) -> Json:
    return {weekday: _day_to_json(day) for weekday, day in zip(WEEKDAYS, week, strict=True)}


def _week_from_json(stored: Json) -> Week:
    return cast("Week", tuple(_day_from_json(stored[weekday]) for weekday in WEEKDAYS))


def _dates_to_json(dates: Mapping[date, Day]) -> Json:
    return {day.isoformat(): _day_to_json(intervals) for day, intervals in sorted(dates.items())}


def _dates_from_json(stored: Json) -> dict[date, Day]:
    return {date.fromisoformat(day): _day_from_json(intervals) for day, intervals in stored.items()}


def _day_to_json(day: Day) -> list[list[int]]:
    return [[interval.opens, interval.closes] for interval in day]


def _day_from_json(stored: list[list[int]]) -> Day:
    return tuple(Interval(opens, closes) for opens, closes in stored)
