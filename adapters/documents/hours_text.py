"""Opening hours as people type them: `08:00-12:00, 13:00-17:00`, and dates one a line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from adapters.documents.hours import DATE, minutes_of
from router.messaging.hours import Day, Interval
from router.messaging.hours_changes import clock, day_in_words

CLOSED = "closed"
INTERVAL = re.compile(r"([0-9]{1,2}(?::[0-9]{2})?)\s*(?:-|\u2013|to)\s*([0-9]{1,2}(?::[0-9]{2})?)")


def read_day(text: str) -> Day | None:
    """The intervals that were typed; none for an empty text or `closed`, None where they can't be read."""
    trimmed = text.strip()
    if not trimmed or trimmed.casefold() == CLOSED:
        return ()
    day = [_interval(part.strip()) for part in re.split(r"[,;]", trimmed)]
    return None if None in day else tuple(interval for interval in day if interval is not None)


def _interval(text: str) -> Interval | None:
    match = INTERVAL.fullmatch(text)
    edges = [_edge(part) for part in match.groups()] if match else []
    opens, closes = edges if match else (None, None)
    return None if opens is None or closes is None else Interval(opens, closes)


def _edge(text: str) -> int | None:
    hour, _, minute = text.partition(":")
    return minutes_of(f"{hour:0>2}:{minute or '00'}")


def day_text(day: Day) -> str:
    """The intervals as they are typed; empty for a closed day."""
    return ", ".join(f"{clock(interval.opens)}-{clock(interval.closes)}" for interval in day)


@dataclass(frozen=True, slots=True)
class TypedDates:
    """The dates that were typed, the lines that can't be read, and the dates that stand in more than one line."""

    dates: Mapping[date, Day]
    unreadable: Sequence[str] = ()
    repeated: Sequence[date] = ()


def read_dates(text: str) -> TypedDates:
    """Read dates, one a line with its intervals or `closed`; of a date in several lines the first counts."""
    dates: dict[date, Day] = {}
    unreadable, repeated = [], []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, _, rest = line.partition(" ")
        day = read_day(rest)
        read = _date(name)
        if read is None or day is None:
            unreadable.append(line)
        elif read in dates:
            repeated.append(read)
        else:
            dates[read] = day
    return TypedDates(dates, unreadable, repeated)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if DATE.fullmatch(text) else None
    except ValueError:
        return None


def dates_text(dates: Mapping[date, Day]) -> str:
    """The dates as they are typed."""
    return "\n".join(f"{day.isoformat()} {day_in_words(intervals)}" for day, intervals in sorted(dates.items()))
