"""What people read about answering in time and about being open."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from router.practice.people import Practice

# Within so many days a weekday alone says which day is meant.
A_WEEK = timedelta(days=6)


def soon(moment: datetime, at: datetime, time_zone: str, *, named: bool = False) -> str:
    """A moment as somebody would say it at `at`: `Tue 12:00`, and further away `Tue 8 Dec, 12:00`.

    `named`: with its zone, `Tue 12:00 CST`, for readers who would take it for a moment in another one.
    """
    zone = ZoneInfo(time_zone)
    local, now = moment.astimezone(zone), at.astimezone(zone)
    day = f"{local:%a}" if abs(local - now) < A_WEEK else f"{local:%a} {local.day} {local:%b},"
    return f"{day} {local:%H:%M %Z}" if named else f"{day} {local:%H:%M}"


def names_zone(time_zone: str, practice: Practice) -> bool:
    """Whether a page says in which zone its moments are: where that of its site isn't the practice's."""
    return time_zone != practice.time_zone


def lately(moment: datetime, at: datetime, time_zone: str) -> str:
    """A moment of the past as a list says it at `at`: `09:05` on the same day, else `2 Mar`, or `2 Mar 2025`."""
    zone = ZoneInfo(time_zone)
    local, now = moment.astimezone(zone), at.astimezone(zone)
    if local.date() == now.date():
        return f"{local:%H:%M}"
    return f"{local.day} {local:%b}" if local.year == now.year else f"{local.day} {local:%b %Y}"


def expectation(answer_by: datetime | None, at: datetime, time_zone: str, phone: str, *, named: bool = False) -> str:
    """By when an answer is usually given, or what to do once that has passed; empty where nothing is said."""
    if answer_by is None:
        return ""
    if answer_by < at:
        call = f" Call {phone} if you need us." if phone else " Call us if you need us."
        return f"This is taking longer than usual.{call}"
    return f"We usually answer by {soon(answer_by, at, time_zone, named=named)}. Not for emergencies."


def opening(
    *, is_open: bool | None, opens_at: datetime | None, at: datetime, time_zone: str, named: bool = False
) -> str:
    """Whether the practice is open, in words; empty where nothing is said."""
    if is_open is None:
        return ""
    if is_open:
        return "The practice is open now."
    if opens_at is None:
        return "The practice is closed now."
    return f"The practice is closed now. It opens {soon(opens_at, at, time_zone, named=named)}."
