"""Hints on their way to the broker: published on a background thread, so that no caller ever waits for a broker."""

import os
from collections.abc import Callable, Mapping
from threading import Condition, Thread
from time import monotonic

from typing_extensions import override

from adapters.broker.pace import Pace
from router.ports.services import Hints

QUEUES = ("route", "notify", "escalate")

Publish = Callable[[str], None]
Report = Callable[[str, Exception], None]


class BackgroundHints(Hints):
    """See router.ports.services.Hints.

    Hints of one queue that come together become one; what can't be published is reported and dropped, since the sweep
    makes up for it. What waits here is bounded: a counter for each queue.
    """

    def __init__(self, publish: Publish, report: Report) -> None:
        self._publish = publish
        self._report = report
        self._reset()

    def _reset(self) -> None:
        self._process = os.getpid()
        self._changed = Condition()
        self._paces = {queue: Pace() for queue in QUEUES}
        self._stopping = False
        self._thread: Thread | None = None

    @override
    def route(self) -> None:
        self.burst({"route": 1})

    @override
    def notify(self) -> None:
        self.burst({"notify": 1})

    @override
    def escalate(self) -> None:
        self.burst({"escalate": 1})

    @override
    def burst(self, batches: Mapping[str, int]) -> None:
        """As many hints as the backlog of each queue has batches; more than are wanted already add nothing."""
        if self._process != os.getpid():
            # Threads don't survive a fork: the child starts its own.
            self._reset()
        with self._changed:
            for queue, count in batches.items():
                self._paces[queue].ask(count, monotonic())
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
                now = monotonic()
                waits = {queue: wait for queue in QUEUES if (wait := self._paces[queue].wait(now)) is not None}
                for queue, wait in waits.items():
                    if wait <= 0:
                        self._paces[queue].take(now)
                        return queue
                if self._stopping and not waits:
                    return None
                self._changed.wait(min(waits.values(), default=None))


class NoHints:
    """For processes without a broker: the sweep of the service finds what they wrote."""

    def route(self) -> None:
        """Does nothing."""

    def notify(self) -> None:
        """Does nothing."""

    def escalate(self) -> None:
        """Does nothing."""

    def burst(self, batches: Mapping[str, int]) -> None:
        """Does nothing."""
