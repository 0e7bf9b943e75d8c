"""The database connections of this process, read when Prometheus scrapes."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool


class PoolCollector(Collector):
    """The connections of one engine; nothing for an engine without a pool of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        """Connections in use, and the maximum."""
        pool = self._engine.pool
        if not isinstance(pool, QueuePool):
            return
        words = "Database connections of this process: in use, and the most there may be."
        family = GaugeMetricFamily("careroute_database_connections", words, labels=["state"])
        family.add_metric(["in_use"], pool.checkedout())
        family.add_metric(["most"], pool.size() + pool._max_overflow)  # noqa: SLF001 - it has no other name.
        yield family
