"""What this process did, counted. Labels are states, reasons and queues: no id of anybody, and no practice.

A worker's children count into files that its main process reads (docs/decisions/0015-metrics.md).
"""

import os
from threading import RLock

from billiard.process import current_process
from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server, values
from prometheus_client.multiprocess import MultiProcessCollector

SIZES = (1, 2, 5, 10, 25, 50, 100, 200, 350, 500)
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

# A child that is forked while another thread counts would inherit locks that nobody opens again.
_counting = RLock()
os.register_at_fork(before=_counting.acquire, after_in_parent=_counting.release, after_in_child=_counting.release)


def _place() -> str:
    """The place of this process within its worker.

    A child that replaces another takes over its place, and with it its file and its counts: by process ids, every
    thousand tasks would leave files behind.
    """
    return str(getattr(current_process(), "index", "main"))


# The client library decides for files when PROMETHEUS_MULTIPROC_DIR is set before it is imported.
IN_FILES = values.ValueClass is not values.MutexValue
if IN_FILES:
    values.ValueClass = values.MultiProcessValue(_place)  # type: ignore[no-untyped-call] # it has no types.


class ProcessMetrics:
    """Counters and durations of this process. Serve `registry`: it includes those of the process's children."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        if IN_FILES:
            # The files hold this process's own counts, too.
            MultiProcessCollector(self.registry)  # type: ignore[no-untyped-call] # it has no types.
            registry = CollectorRegistry()
        self._accepted = Counter("careroute_messages_accepted", "Messages stored.", registry=registry)
        self._routed = Counter("careroute_messages_routed", "Messages put into inboxes.", registry=registry)
        self._delivered = Counter("careroute_deliveries", "Inbox entries made by routing.", registry=registry)
        self._parked = Counter(
            "careroute_messages_parked", "Messages that a person must look at.", ["reason"], registry=registry
        )
        self._failed = Counter(
            "careroute_routing_failures", "Batches, messages and ladder steps that failed.", registry=registry
        )
        self._notified = Counter(
            "careroute_notifications", "Notifications, by what came of a try.", ["outcome"], registry=registry
        )
        self._hints = Counter(
            "careroute_hints_unpublished", "Hints that the broker didn't take.", ["queue"], registry=registry
        )
        self._dropped_hints = Counter(
            "careroute_hints_dropped", "Items of hint queues that were invalid or expired.", ["queue", "reason"],
            registry=registry,
        )  # fmt: skip
        self._sizes = Histogram(
            "careroute_batch_size", "Items in a batch.", ["queue"], buckets=SIZES, registry=registry
        )
        self._tasks = Histogram(
            "careroute_task_seconds", "How long a batch took.", ["queue"], buckets=SECONDS, registry=registry
        )
        self._smtp = Histogram(
            "careroute_smtp_seconds",
            "How long sending one email took.",
            ["outcome"],
            buckets=SECONDS,
            registry=registry,
        )

    def accepted(self, messages: int) -> None:
        """Count stored messages."""
        with _counting:
            self._accepted.inc(messages)

    def routed(self, messages: int, deliveries: int) -> None:
        """Count messages that were put into inboxes."""
        with _counting:
            self._routed.inc(messages)
            self._delivered.inc(deliveries)

    def parked(self, reason: str) -> None:
        """Count a message that was parked."""
        with _counting:
            self._parked.labels(reason).inc()

    def failed(self) -> None:
        """Count a batch, a message or a step of a ladder that failed."""
        with _counting:
            self._failed.inc()

    def notified(self, outcome: str) -> None:
        """Count what came of a notification."""
        with _counting:
            self._notified.labels(outcome).inc()

    def hint_unpublished(self, queue: str) -> None:
        """Count a hint that the broker didn't take."""
        with _counting:
            self._hints.labels(queue).inc()

    def hint_dropped(self, queue: str, reason: str) -> None:
        """Count an item of a hint queue that was invalid or expired."""
        with _counting:
            self._dropped_hints.labels(queue, reason).inc()

    def batch(self, queue: str, size: int, seconds: float) -> None:
        """Record a batch."""
        with _counting:
            self._sizes.labels(queue).observe(size)
            self._tasks.labels(queue).observe(seconds)

    def sent(self, outcome: str, seconds: float) -> None:
        """Record one email's way to the relay."""
        with _counting:
            self._smtp.labels(outcome).observe(seconds)

    def serve(self, host: str, port: int) -> None:
        """Serve `registry` over HTTP for as long as the process runs. Raises OSError where the port is taken."""
        start_http_server(port, host, self.registry)
