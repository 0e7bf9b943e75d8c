"""The figures: what is measured, against which limit, and what must be reached."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

from bench import embedded, fairness, http, in_time, latency, long, pipeline
from bench.stack import Stack

HIGHER, LOWER = "higher", "lower"

Measure = Callable[[Stack], float]


@dataclass(frozen=True, slots=True)
class Figure:
    """A row: `value` in proportion to `limit`; `goal` is what the best would reach.

    The median of `times` turns counts. The nearer the floor is to 1, the more turns it takes to tell a loss from noise.
    """

    name: str
    value: Measure
    limit: Measure
    floor: float
    goal: float
    better: str = HIGHER
    times: int = 3


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured: medians, and the median of the ratios of each turn."""

    figure: Figure
    limits: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    @property
    def limit(self) -> float:
        """The median of the limit."""
        return statistics.median(self.limits)

    @property
    def value(self) -> float:
        """The median of the value."""
        return statistics.median(self.values)

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return statistics.median(value / limit for value, limit in zip(self.values, self.limits, strict=True))

    @property
    def reaches_floor(self) -> bool:
        """Whether what must be reached is reached."""
        return self.ratio >= self.figure.floor if self.figure.better == HIGHER else self.ratio <= self.figure.floor

    def as_document(self) -> dict[str, float | str]:
        """The row as it is written to bench/results."""
        figure = self.figure
        numbers = {"limit": self.limit, "value": self.value, "ratio": self.ratio}
        rounded: dict[str, float | str] = {name: round(number, 4) for name, number in numbers.items()}
        return {"figure": figure.name, **rounded, "floor": figure.floor, "goal": figure.goal, "better": figure.better}


def measure(figure: Figure, stack: Stack, most: int | None = None) -> Result:
    """Measure limit and value by turns, so that what else the machine does meanwhile hits both."""
    result = Result(figure)
    for _ in range(figure.times if most is None else min(most, figure.times)):
        result.limits.append(figure.limit(stack))
        result.values.append(figure.value(stack))
    return result


def _careroute_whole(stack: Stack) -> float:
    with http.careroute_system(stack) as system:
        return http.whole(stack, system, 6_000)


def _naive_whole(stack: Stack) -> float:
    with http.naive_system(stack) as system:
        return http.whole(stack, system, 300)


def _careroute_latency(stack: Stack) -> float:
    with latency.timing_sink() as sink, http.careroute_system(stack, smtp_port=sink.port) as system:
        http.warm_up(stack, system)
        return latency.median(system, sink, 20)


def _naive_latency(stack: Stack) -> float:
    with latency.timing_sink() as sink, http.naive_system(stack, smtp_port=sink.port) as system:
        http.warm_up(stack, system)
        return latency.median(system, sink, 20)


def _second(_stack: Stack) -> float:
    return 1.0


def in_time_figures(scale: float) -> tuple[Figure, ...]:
    """The rows about ladders; `scale` 1 is 100,000 steps."""
    steps, messages, piped = round(100_000 * scale), round(60_000 * scale), round(8_000 * scale)
    return (
        Figure(
            "pipeline with hours and a ladder on for every topic, against without",
            lambda stack: pipeline.drained(stack, piped, 2, in_time=True),
            lambda stack: pipeline.drained(stack, piped, 2),
            0.90,
            0.97,
            times=5,
        ),
        Figure(
            f"{steps:,} steps of ladders that fall due in the same minute, in minutes until the last",
            lambda stack: in_time.climbed(stack, steps).minutes,
            lambda _stack: 10.0,
            1,
            0.3,
            LOWER,
            times=1,
        ),
        Figure(
            f"routing while {steps:,} steps of ladders fall due, against without",
            lambda stack: in_time.climbed(stack, steps, meanwhile=messages).routed,
            lambda stack: in_time.climbed(stack, steps, meanwhile=messages, later=True).routed,
            0.80,
            0.95,
            times=3,
        ),
    )


FIGURES = (
    Figure(
        "pipeline, 2 workers, against PostgreSQL alone",
        lambda stack: pipeline.drained(stack, 8_000, 2),
        lambda stack: pipeline.limit(stack, 5),
        0.06,
        0.12,
    ),
    Figure("whole system, against the naive peer", _careroute_whole, _naive_whole, 25, 40),
    Figure(
        "accept, against the route without a commit",
        lambda stack: http.careroute_accept(stack, 4_000),
        lambda stack: http.careroute_accept(stack, 6_000, commit=False),
        0.40,
        0.60,
    ),
    Figure(
        "accept, against the peer's echo",
        lambda stack: http.careroute_accept(stack, 4_000),
        lambda stack: http.echo(stack, 8_000),
        0.12,
        0.25,
    ),
    Figure(
        "accept with 1,000 red-flag phrases, against without",
        lambda stack: http.careroute_accept(stack, 4_000, phrases=1_000),
        lambda stack: http.careroute_accept(stack, 4_000),
        0.95,
        1.0,
        times=7,
    ),
    Figure("idle latency, against the naive peer", _careroute_latency, _naive_latency, 0.50, 0.33, LOWER),
    Figure(
        "embedded engine, against SQLite alone",
        lambda stack: embedded.whole(stack, 1_500),
        lambda stack: embedded.limit(stack, 1_000),
        0.15,
        0.30,
    ),
    Figure(
        "4 workers, against 2",
        lambda stack: pipeline.drained(stack, 8_000, 4),
        lambda stack: pipeline.drained(stack, 8_000, 2),
        0.90,
        0.97,
    ),
    Figure(
        "deliveries a second with 20 recipients, against PostgreSQL alone",
        lambda stack: 20 * pipeline.drained(stack, 12_000, 2, recipients=20, emails=False),
        lambda stack: pipeline.limit(stack, 5, "limit-deliveries.sql", 20),
        0.28,
        0.62,
    ),
    Figure(
        "a single message beside a backlog of 50,000, in seconds",
        lambda stack: fairness.time_to_inbox(stack, 50_000, 5),
        _second,
        1,
        0.1,
        LOWER,
        times=1,
    ),
    *in_time_figures(1),
)
QUICK = FIGURES[:5]


def long_figures(scale: float) -> tuple[Figure, ...]:
    """The long rows; `scale` 1 is five million stored messages and a million routed ones."""
    stored, many = round(5_000_000 * scale), round(1_000_000 * scale)
    stores = long.Stores()
    return (
        Figure(
            f"throughput with {stored:,} stored messages, against an empty database",
            lambda stack: stores.throughput(stack, stored, 8_000),
            lambda stack: stores.throughput(stack, 0, 8_000),
            0.90,
            0.95,
        ),
        Figure(
            f"a worker's memory after {many:,} messages, against after 10,000",
            lambda stack: long.growth(stack, 10_000, many),
            _second,
            1.2,
            1.05,
            LOWER,
            times=1,
        ),
    )
