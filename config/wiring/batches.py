"""Batches of a worker's work, measured."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from time import monotonic

from typing_extensions import override

from config.wiring.event_log import METRICS
from router.flows.worker.escalate import EscalatedBatch
from router.flows.worker.notify import NotifiedBatch, Notify
from router.flows.worker.paced_steps import PacedSteps
from router.flows.worker.route import Courier, Route
from router.messages.notification import Lease

# A batch that takes longer means that the mail server is slow.
QUICK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class RouteBatches:
    """Routing, measured."""

    flow: Route

    def run(self) -> None:
        """Route one batch; an empty one is not measured, since an idle sweep would hide the others."""
        begun = monotonic()
        done = self.flow.run()
        size = done.routed + done.parked + done.failed
        if size:
            METRICS.batch("route", size, monotonic() - begun)


@dataclass(frozen=True, slots=True)
class EscalateBatches:
    """Steps of ladders, measured."""

    flow: PacedSteps

    def hinted(self) -> None:
        """Carry out one batch, if no message waits; an empty one is not measured."""
        self._measure(self.flow.hinted)

    def swept(self, goes_on: Callable[[], bool]) -> None:
        """Carry out one batch, or some while messages wait, measured together."""
        self._measure(partial(self.flow.swept, goes_on))

    def _measure(self, work: Callable[[], EscalatedBatch]) -> None:
        begun = monotonic()
        done = work()
        if done.looked_at:
            METRICS.batch("escalate", done.looked_at, monotonic() - begun)


@dataclass(slots=True)
class IdlePace:
    """How long the last batch of emails took."""

    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class NotifyBatches(Courier):
    """Notifying, measured; it also is the courier of routing."""

    flow: Notify
    pace: IdlePace = field(default_factory=IdlePace)

    def run(self) -> None:
        """Send one batch; an empty one is not measured."""
        self._measure(self.flow.run)

    @override
    @property
    def most(self) -> int:
        return self.flow.batch

    @override
    @property
    def lease_seconds(self) -> int:
        return self.flow.lease_seconds

    @override
    @property
    def is_free(self) -> bool:
        """Whether the last batch was sent quickly: routing must not wait for a slow mail server."""
        return self.pace.seconds < QUICK_SECONDS

    @override
    def send(self, lease: Lease) -> None:
        """Send what routing has just made."""
        self._measure(partial(self.flow.send, lease))

    def _measure(self, work: Callable[[], NotifiedBatch]) -> None:
        begun = monotonic()
        done = work()
        size = done.sent + done.suppressed + done.parked + done.waiting
        if size:
            self.pace.seconds = monotonic() - begun
            METRICS.batch("notify", size, self.pace.seconds)
