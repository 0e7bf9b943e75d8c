"""Metrics are computed at most once a second, whoever asks."""

import asyncio
from threading import Event
from typing import TYPE_CHECKING, cast

import pytest
from fastapi import Request
from prometheus_client.core import GaugeMetricFamily, Metric

from adapters.http.api.metrics import Metrics, MetricsAccess
from router.errors import NotFound, Unauthenticated

if TYPE_CHECKING:
    from router.flows.operator.operations import ReadOperations

WAIT_SECONDS = 10


class Counted:
    """A collector that counts how often it is asked, once its gate is open."""

    def __init__(self) -> None:
        self.asked = 0
        self.gate = Event()

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> list[Metric]:
        self.asked += 1
        assert self.gate.wait(WAIT_SECONDS)
        return [GaugeMetricFamily("asked", "How often.", value=self.asked)]


def test_whoever_asks_within_a_second_shares_one_look() -> None:
    """Also those who ask while it is taken, and when one of them goes away."""
    now = [0.0]
    metrics, counted = Metrics(cast("ReadOperations", None), lambda: now[0]), Counted()
    metrics.registry.register(counted)

    async def story() -> None:
        tasks = [asyncio.create_task(metrics.text()) for _ in range(24)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        counted.gate.set()
        texts = await asyncio.gather(*tasks[1:])
        assert {b"asked 1.0" in text for text in texts} == {True}
        assert b"asked 1.0" in await metrics.text()
        now[0] = 1.0
        assert b"asked 2.0" in await metrics.text()

    asyncio.run(story())

    assert counted.asked == 2


def a_request(port: int, authorization: str = "") -> Request:
    headers = [(b"authorization", authorization.encode())] if authorization else []
    return Request({"type": "http", "server": ("127.0.0.1", port), "headers": headers})


def test_metrics_may_need_a_token() -> None:
    access = MetricsAccess(token="secret")

    access.check(a_request(8000, "Bearer secret"))
    for wrong in ("", "Bearer other", "Basic secret", "Bearer s\u00e9cret"):
        with pytest.raises(Unauthenticated):
            access.check(a_request(8000, wrong))


def test_metrics_may_have_a_port_of_their_own() -> None:
    access = MetricsAccess(port=9100)

    access.check(a_request(9100))
    with pytest.raises(NotFound):
        access.check(a_request(8000))
