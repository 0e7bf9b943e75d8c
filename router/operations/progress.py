"""The rate at which a backlog shrinks, from two measurements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from router.operations.status import Backlog


@dataclass(frozen=True, slots=True)
class Progress:
    """The change of one queue between two measurements.

    `rate` is how much it shrank per second (negative: grew), arrivals included; `remaining_seconds` is None unless it
    shrinks.
    """

    queue: str
    rate: float
    remaining_seconds: float | None

    def in_words(self) -> str:
        """For people."""
        if self.remaining_seconds is not None:
            return f"{self.rate:.1f} fewer a second, empty in about {self.remaining_seconds:.0f} s"
        return "not getting smaller" if self.rate == 0 else f"{-self.rate:.1f} more a second"


def measure_progress(
    before: tuple[datetime, Sequence[Backlog]], after: tuple[datetime, Sequence[Backlog]]
) -> list[Progress]:
    """Compare two measurements, each with its time, leaving out queues that are now empty."""
    seconds = (after[0] - before[0]).total_seconds()
    if seconds <= 0:
        return []
    waited = {one.queue: one.waiting for one in before[1]}
    found = []
    for backlog in after[1]:
        if not backlog.waiting:
            continue
        rate = (waited.get(backlog.queue, 0) - backlog.waiting) / seconds
        found.append(Progress(backlog.queue, rate, backlog.waiting / rate if rate > 0 else None))
    return found
