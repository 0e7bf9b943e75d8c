"""Hints on their way to the broker: published on a background thread, so that no caller ever waits for a broker."""

import os
from collections.abc import Callable, Mapping
from threading import Condition, Thread
from time import monotonic

QUEUES = ("route", "notify")
# At most one hint in this time for each queue and process, at the leading and at the trailing edge of a burst.
QUIET_SECONDS = 0.02
# While hints keep coming the time doubles up to this: fewer and fuller batches leave more of the machine to accepting.
BUSY_SECONDS = 0.16

Publish = Callable[[str], None]
Report = Callable[[str, Exception], None]


class BackgroundHints:
    """See router.ports.Hints.

    Hints of one queue that come together become one; what can't be published is reported and dropped, since the sweep
    makes up for it. What waits here is bounded: a counter for each queue.
    """

    def __init__(self, publish: Publish, report: Report, quiet_seconds: float = QUIET_SECONDS) -> None:
        self._publish = publish
        self._report = report
        self._quiet_seconds = quiet_seconds
        self._reset()

    def _reset(self) -> None:
        self._process = os.getpid()
        self._changed = Condition()
        self._wanted = dict.fromkeys(QUEUES, 0)
        self._published_at = dict.fromkeys(QUEUES, float("-inf"))
        self._quiet = dict.fromkeys(QUEUES, self._quiet_seconds)
        self._stopping = False
        self._thread: Thread | None = None

    def route(self) -> None:
        """Messages wait for routing."""
        self.burst({"route": 1})

    def notify(self) -> None:
        """Notifications are due."""
        self.burst({"notify": 1})

    def burst(self, batches: Mapping[str, int]) -> None:
        """As many hints as the backlog of each queue has batches; more than are wanted already add nothing."""
        if self._process != os.getpid():
            # Threads don't survive a fork: the child starts its own.
            self._reset()
        with self._changed:
            for queue, count in batches.items():
                self._wanted[queue] = max(self._wanted[queue], count)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="hints", daemon=True)
                self._thread.start()
            self._changed.notify()

    def stop(self, seconds: float = 2) -> None:
        """Publish what is wanted and end the thread, waiting no longer than this."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread is not None and self._process == os.getpid():
            self._thread.join(seconds)

    def _run(self) -> None:
        while (queue := self._next()) is not None:
            try:
                self._publish(queue)
            except Exception as error:  # noqa: BLE001 - whatever the broker does, only this hint is lost.
                self._report(queue, error)

    def _next(self) -> str | None:
        """Wait for the queue whose hint may go out next; None at the end."""
        with self._changed:
            while True:
                waits = []
                for queue in QUEUES:
                    if not self._wanted[queue]:
                        continue
                    wait = self._published_at[queue] + self._quiet[queue] - monotonic()
                    if wait <= 0:
                        self._take(queue)
                        return queue
                    waits.append(wait)
                if self._stopping and not waits:
                    return None
                self._changed.wait(min(waits, default=None))

    def _take(self, queue: str) -> None:
        """Note that a hint goes out, and how long the next one waits: longer, the more of them come."""
        now = monotonic()
        silence = now - self._published_at[queue]
        busy = silence < 2 * self._quiet[queue]
        longest = max(BUSY_SECONDS, self._quiet_seconds)
        self._quiet[queue] = min(2 * self._quiet[queue], longest) if busy else self._quiet_seconds
        self._wanted[queue] -= 1
        self._published_at[queue] = now


class NoHints:
    """For processes without a broker: the sweep of the service finds what they wrote."""

    def route(self) -> None:
        """Nobody is told."""

    def notify(self) -> None:
        """Nobody is told."""

    def burst(self, batches: Mapping[str, int]) -> None:
        """Nobody is told."""
