"""The database connections of this process, looked at when they are asked for."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool


class _Pool(Collector):
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        """Connections at work, and at most."""
        pool = self._engine.pool
        if not isinstance(pool, QueuePool):
            return
        words = "Database connections of this process: in use, and the most there may be."
        family = GaugeMetricFamily("careroute_database_connections", words, labels=["state"])
        family.add_metric(["in_use"], pool.checkedout())
        family.add_metric(["most"], pool.size() + pool._max_overflow)  # noqa: SLF001 - it has no other name.
        yield family


def pool_text(engine: Engine) -> bytes:
    """The numbers of an engine's pool in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Pool(engine))
    return generate_latest(registry)
