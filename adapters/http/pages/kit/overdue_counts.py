"""How many messages of each practice are overdue, for the navigation: counted again after a minute at the earliest.

Every page of an administrator shows the number, and counting looks at all messages past their answer-by, also at those
that somebody is done with.
"""

from collections.abc import Callable
from datetime import timedelta
from threading import Lock
from time import monotonic

from cachetools import TTLCache

KEPT_FOR = timedelta(minutes=1)
PRACTICES_KEPT = 5_000


class OverdueCounts:
    """The numbers that one process keeps."""

    def __init__(self, count: Callable[[str], int], clock: Callable[[], float] = monotonic) -> None:
        self._count = count
        self._kept: TTLCache[str, int] = TTLCache(PRACTICES_KEPT, KEPT_FOR.total_seconds(), clock)
        self._lock = Lock()

    def of(self, practice: str, *, anew: bool) -> int:
        """The number; `anew` for a page beside whose list it stands."""
        with self._lock:
            kept = None if anew else self._kept.get(practice)
        if kept is not None:
            return kept
        number = self._count(practice)
        with self._lock:
            self._kept[practice] = number
        return number
