"""Metrics of the web application: refusals, response times, and the backlog in the database."""

import asyncio
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security.utils import get_authorization_scheme_param
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from router.errors import NotFound, Refusal, Unauthenticated
from router.flows.operator.operations import ReadOperations, Status
from router.messages.compose import FormRefused

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


# However many ask: what is older is computed anew.
FRESH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class MetricsAccess:
    """Who may read the metrics: holders of the token if there is one, on this port only if there is one."""

    token: str | None = None
    port: int | None = None

    def check(self, request: Request) -> None:
        """Raise NotFound on another port, and Unauthenticated without the token."""
        server = request.scope.get("server")
        if self.port is not None and (server is None or server[1] != self.port):
            raise NotFound("There is no such address.")
        if self.token is None:
            return
        scheme, presented = get_authorization_scheme_param(request.headers.get("authorization"))
        if scheme.lower() != "bearer" or not hmac.compare_digest(presented.encode(), self.token.encode()):
            raise Unauthenticated("Send the token for metrics: Authorization: Bearer TOKEN.")


class Metrics:
    """The metrics of one application; whatever else the process collects is registered in `registry`."""

    def __init__(self, operate: ReadOperations, clock: Callable[[], float] = monotonic) -> None:
        self.registry = CollectorRegistry()
        self.access = MetricsAccess()
        self._clock = clock
        self._text, self._at = b"", -FRESH_SECONDS
        self._computing: asyncio.Task[bytes] | None = None
        self._refused = Counter(
            "careroute_messages_refused", "Messages refused, by reason.", ["reason"], registry=self.registry
        )
        self._seconds = Histogram(
            "careroute_request_seconds",
            "How long responses took.",
            ["method", "route", "status"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.registry.register(_InDatabase(operate))

    def refused(self, refusal: Refusal) -> None:
        """Count a refused message."""
        self._refused.labels(refusal.reason if isinstance(refusal, FormRefused) else refusal.slug).inc()

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Record how long an answer took."""
        self._seconds.labels(method, route, str(status)).observe(seconds)

    async def text(self) -> bytes:
        """Everything in the text format of Prometheus, at most a second old; requests in between share it."""
        if self._clock() - self._at < FRESH_SECONDS:
            return self._text
        if self._computing is None or self._computing.done():
            self._computing = asyncio.create_task(self._compute())
        # A scraper that disconnects must not end it for the others.
        return await asyncio.shield(self._computing)

    async def _compute(self) -> bytes:
        self._text = await run_in_threadpool(generate_latest, self.registry)
        self._at = self._clock()
        return self._text


async def metrics_of(request: Request) -> Metrics:
    """The metrics of the application that handles this request."""
    return cast("Metrics", request.app.state.metrics)


MetricsOfApp = Annotated[Metrics, Depends(metrics_of)]


class _InDatabase(Collector):
    """What every process would tell alike, asked for when it is looked at."""

    def __init__(self, operate: ReadOperations) -> None:
        self._operate = operate

    def describe(self) -> list[Metric]:
        """Nothing, so that registering this doesn't ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Backlog, oldest age and what is parked; when the database is down, that it is."""
        try:
            status = self._operate.status()
        except Exception:  # noqa: BLE001 - whatever is wrong with the database, the other metrics still hold.
            yield _gauge("careroute_database_up", "Whether the database answers.", 0)
            return
        yield _gauge("careroute_database_up", "Whether the database answers.", 1)
        yield from _backlog(status)
        yield from _parked(status)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def _backlog(status: Status) -> Iterator[Metric]:
    waiting = GaugeMetricFamily("careroute_backlog_waiting", "Items waiting, by queue.", labels=["queue"])
    oldest = GaugeMetricFamily(
        "careroute_backlog_oldest_age_seconds", "For how long the oldest item has been due, by queue.", labels=["queue"]
    )
    for one in status.backlog:
        waiting.add_metric([one.queue], one.waiting)
        oldest.add_metric([one.queue], status.age_seconds(one.oldest))
    yield waiting
    yield oldest
    workers = len(status.workers)
    yield _gauge("careroute_workers", "Worker processes that were seen within the last half minute.", workers)
    paused = int(status.relay_paused_until is not None)
    yield _gauge("careroute_relay_paused", "Whether sending is paused because the mail relay fails.", paused)


def _parked(status: Status) -> Iterator[Metric]:
    parked = GaugeMetricFamily("careroute_parked", "Items that need a person's attention.", labels=["kind", "reason"])
    for kind, reason, count in status.parked:
        parked.add_metric([kind, reason], count)
    yield parked
    quarantined = GaugeMetricFamily(
        "careroute_quarantined", "Items that the broker intake could not accept.", labels=["reason"]
    )
    for reason, count in status.quarantined:
        quarantined.add_metric([reason], count)
    yield quarantined
