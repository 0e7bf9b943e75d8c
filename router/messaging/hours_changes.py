"""What changed in the opening hours, in words that an administrator reads."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from router.messaging.hours import Day, Hours, SiteHours, Week
from router.practice.people import Site
from router.text.dates import date_in_words

DAYS_IN_WORDS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def clock(minutes: int) -> str:
    """Minutes after midnight as a wall clock shows them; 1440 is 24:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def day_in_words(day: Day) -> str:
    """`08:00-12:00, 13:00-17:00`, or `closed`."""
    return ", ".join(f"{clock(interval.opens)}-{clock(interval.closes)}" for interval in day) or "closed"


def week_in_words(week: Week) -> list[str]:
    """The days in order, neighbors with the same hours together: `Monday to Friday 08:00-17:00`."""
    return [
        f"{_days(first, last)} {day_in_words(week[first])}" for first, last in _alike(week, range(len(DAYS_IN_WORDS)))
    ]


def hours_changes(before: Hours, after: Hours, sites: Mapping[str, Site]) -> Iterator[str]:
    """The practice's differences first, then those of each site."""
    old, new = before.practice, after.practice
    if old.round_the_clock != new.round_the_clock:
        yield f"Open round the clock turned {'on' if new.round_the_clock else 'off'}."
    yield from _week("Opening hours", old.weekly, new.weekly)
    yield from _dates("Opening hours", old.dates, new.dates)
    for site in sorted({*before.sites, *after.sites}):
        name = sites[site].name if site in sites else site
        yield from _site(name, before.sites.get(site, SiteHours()), after.sites.get(site, SiteHours()))


def _site(name: str, before: SiteHours, after: SiteHours) -> Iterator[str]:
    what = f"{name}, opening hours"
    if after.weekly is None and before.weekly is not None:
        yield f"{what}: uses the practice's week again."
    elif after.weekly is not None and before.weekly is None:
        yield f"{what}: has its own week, {', '.join(week_in_words(after.weekly))}."
    elif after.weekly is not None and before.weekly is not None:
        yield from _week(what, before.weekly, after.weekly)
    yield from _dates(what, before.dates, after.dates)
    if before.time_zone != after.time_zone:
        yield f"{name}, time zone: {after.time_zone or 'same as the practice'}."


def _week(what: str, before: Week, after: Week) -> Iterator[str]:
    changed = [number for number in range(len(DAYS_IN_WORDS)) if before[number] != after[number]]
    for first, last in _alike(after, changed):
        yield f"{what}, {_days(first, last)}: {day_in_words(after[first])}."


def _alike(week: Week, numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and last day of each run of neighboring days, among these, that have the same hours."""
    first = last = -1
    for number in numbers:
        if last >= 0 and number == last + 1 and week[number] == week[first]:
            last = number
            continue
        if last >= 0:
            yield first, last
        first = last = number
    if last >= 0:
        yield first, last


def _days(first: int, last: int) -> str:
    return DAYS_IN_WORDS[first] if first == last else f"{DAYS_IN_WORDS[first]} to {DAYS_IN_WORDS[last]}"


def _dates(what: str, before: Mapping[date, Day], after: Mapping[date, Day]) -> Iterator[str]:
    changed = sorted(day for day in after if before.get(day) != after[day])
    removed = sorted(day for day in before if day not in after)
    if changed:
        yield f"{what}, dates: {'; '.join(f'{date_in_words(day)} {day_in_words(after[day])}' for day in changed)}."
    if removed:
        yield f"{what}, dates removed: {', '.join(date_in_words(day) for day in removed)}."
