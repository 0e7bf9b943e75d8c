"""Opening hours laid out once between two moments, so that hundreds of thousands of lookups are fast."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from router.coverage.hours import OpeningHours, open_stretches

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The open stretches between two moments, and the opening time before each of them."""

    _opens: list[float] = field(default_factory=list)
    _closes: list[float] = field(default_factory=list)
    _before: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, hours: OpeningHours, begins: datetime, ends: datetime) -> "Timeline":
        """Lay out these hours."""
        line, elapsed = cls(), 0.0
        for opens, closes in open_stretches(hours, begins, ends):
            start, end = opens.timestamp(), closes.timestamp()
            line._opens.append(start)
            line._closes.append(end)
            line._before.append(elapsed)
            elapsed += end - start
        return line

    def minutes_until(self, moment: datetime) -> float:
        """The opening time from the beginning of the line to a moment on it."""
        at = moment.timestamp()
        index = bisect_right(self._opens, at) - 1
        if index < 0:
            return 0.0
        return (self._before[index] + min(at, self._closes[index]) - self._opens[index]) / MINUTE.total_seconds()
