"""Counts of requests that all web processes share, in Redis."""

from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Full, Queue
from threading import Thread
from time import monotonic, time

from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from typing_extensions import override

from adapters.http.rate_limits import SharedCounts

# Redis is given this long (seconds) to connect and to answer.
SECONDS = 1
# With more waiting, Redis doesn't keep up: the rest is counted in this process alone.
MOST_WAITING = 1_000

Count = tuple[str, int, int]


@dataclass(slots=True)
class RedisCounts(SharedCounts):
    """Passes counts on from a thread of its own, begun with the first.

    While Redis fails, each process keeps to the limits alone; `report` is called when that begins (with the error) and
    when it ends (with None).
    """

    url: str
    report: Callable[[Exception | None], None]
    _full: dict[str, float] = field(init=False, default_factory=dict)
    _waiting: "Queue[Count]" = field(init=False, default_factory=lambda: Queue(MOST_WAITING))
    _thread: Thread | None = field(init=False, default=None)
    _failing: bool = field(init=False, default=False)
    _limiter: FixedWindowRateLimiter | None = field(init=False, default=None)

    @override
    def add(self, subject: str, limit: int, cost: int) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._run, name="shared counts", daemon=True)
            self._thread.start()
        try:
            self._waiting.put_nowait((subject, limit, cost))
        except Full:
            return

    @override
    def full_until(self, subject: str) -> float:
        return self._full.get(subject, 0.0)

    def _run(self) -> None:
        while True:
            self.share(*self._waiting.get())

    def share(self, subject: str, limit: int, cost: int) -> None:
        """Count in Redis, and remember a limit that is reached there. May wait; failures are reported."""
        try:
            if self._limiter is None:
                self._limiter = self._connect()
            item = RateLimitItemPerMinute(limit)
            if not self._limiter.hit(item, subject, cost=cost):
                self._remember(subject, self._limiter.get_window_stats(item, subject).reset_time - time())
        except StorageError as error:
            if not self._failing:
                self.report(error)
            self._failing = True
        else:
            if self._failing:
                self.report(None)
            self._failing = False

    def _connect(self) -> FixedWindowRateLimiter:
        options = {"socket_connect_timeout": SECONDS, "socket_timeout": SECONDS}
        return FixedWindowRateLimiter(storage_from_string(self.url, wrap_exceptions=True, **options))

    def _remember(self, subject: str, seconds: float) -> None:
        now = monotonic()
        self._full = {known: until for known, until in self._full.items() if until > now} | {subject: now + seconds}
