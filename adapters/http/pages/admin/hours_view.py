"""The page of opening hours: what its template is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from adapters.http.pages.admin.hours_form import HoursInput
from router.errors import FieldError
from router.messaging.hours import WEEKDAYS, Interval, PracticeHours
from router.messaging.hours_changes import DAYS_IN_WORDS, day_in_words
from router.messaging.settings import MessagingSettings
from router.messaging.snapshot import PracticeSnapshot
from router.practice.topics import Topic

FORTNIGHT = 14
WEEKDAY_NAMES = tuple(zip(WEEKDAYS, DAYS_IN_WORDS, strict=True))


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """One of the coming days: its date, its hours in words, and its open stretches in minutes after 00:00."""

    day: date
    words: str
    differs: bool
    bars: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class HoursView:
    """Everything on the page that hangs on the settings being edited."""

    typed: HoursInput
    base: int
    place: str
    sites: tuple[tuple[str, str, bool], ...]
    time_zone: str
    days: tuple[DrawnDay, ...]
    has_own_topics: bool


def today(messaging: MessagingSettings, snapshot: PracticeSnapshot, site: str | None) -> date:
    """The date at this place."""
    zone = messaging.hours.time_zone(site)
    try:
        return snapshot.at.astimezone(ZoneInfo(zone or snapshot.practice.time_zone)).date()
    except (ValueError, OSError, KeyError):
        return snapshot.at.date()


def view_of(typed: HoursInput, base: int, messaging: MessagingSettings, snapshot: PracticeSnapshot) -> HoursView:
    """Make the view of these settings, which are being edited."""
    site = snapshot.sites.get(typed.site or "")
    own = messaging.hours.sites
    return HoursView(
        typed=typed,
        base=base,
        place=site.name if site else "The practice",
        sites=tuple((one.id, one.name, one.id in own) for one in snapshot.visible_sites),
        time_zone=messaging.hours.time_zone(typed.site) or snapshot.practice.time_zone,
        days=_fortnight(messaging.hours.in_force(typed.site), today(messaging, snapshot, typed.site)),
        has_own_topics=typed.site is None or typed.site in messaging.sites,
    )


def _fortnight(hours: PracticeHours | None, begins: date) -> tuple[DrawnDay, ...]:
    """The coming fourteen days; none where no hours are set."""
    if hours is None:
        return ()
    return tuple(_drawn(hours, begins + timedelta(days=number)) for number in range(FORTNIGHT))


def _drawn(hours: PracticeHours, day: date) -> DrawnDay:
    if hours.round_the_clock:
        return DrawnDay(day, "open round the clock", differs=False, bars=(Interval(0, 1440),))
    own = hours.dates.get(day)
    intervals = hours.weekly[day.weekday()] if own is None else own
    # An interval that ends before it begins is shown as an error, and can't be drawn.
    intervals = tuple(one for one in intervals if one.opens < one.closes)
    return DrawnDay(day, day_in_words(intervals), own is not None, intervals)


def errors_of(refused: Sequence[FieldError], site: str | None) -> dict[str, str]:
    """Errors by the fields of the page; what is about none of them stands at the head."""
    errors: dict[str, str] = {}
    here = "hours.practice" if site is None else f"hours.sites.{site}"
    topics = "practice.topics." if site is None else f"sites.{site}.topics."
    for error in refused:
        field = error.field
        name, message = "page", f"{field}: {error.message}"
        if field in {here, f"{here}.weekly"}:
            name, message = "week", f"The week {error.message}. Enter hours for at least one day"
        elif field.startswith(f"{here}.weekly."):
            weekday = field.removeprefix(f"{here}.weekly.").partition(".")[0]
            name, message = f"week.{weekday}", error.message
        elif field.startswith(f"{here}.dates"):
            day = field.removeprefix(f"{here}.dates").lstrip(".").partition(".")[0]
            name, message = "dates", f"{day} {error.message}".strip()
        elif field == f"{here}.time_zone":
            name, message = "time_zone", error.message
        elif field in {"answer_within", "phone"}:
            name, message = field, error.message
        elif field.startswith(topics):
            name, message = field.removeprefix(topics), error.message
        errors.setdefault(name, message)
    return errors


LABELS = {
    **{f"week.{weekday}": words for weekday, words in WEEKDAY_NAMES},
    "week": "The week",
    "dates": "Dates",
    "time_zone": "Time zone",
    "answer_within": "Usually answered within",
    "phone": "Phone number",
    **{f"{topic}.answer_within": f"{topic.label}, usually answered within" for topic in Topic},
    **{f"{topic}.guidance": f"{topic.label}, guidance" for topic in Topic},
    "page": "Settings",
}
