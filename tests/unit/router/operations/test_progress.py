"""What two looks at a backlog say of its end."""

from datetime import UTC, datetime, timedelta

import pytest

from router.operations.progress import Progress, measure_progress
from router.operations.status import Backlog

BEGUN = datetime(2026, 1, 5, 12, tzinfo=UTC)


def look(waiting: int, seconds: float = 0) -> tuple[datetime, list[Backlog]]:
    """A look at the queue of routing."""
    return BEGUN + timedelta(seconds=seconds), [Backlog("route", waiting, BEGUN if waiting else None)]


@pytest.mark.parametrize(
    ("before", "after", "rate", "remaining", "words"),
    [
        (1_000, 800, 100.0, 8.0, "100.0 fewer a second, empty in about 8 s"),
        (800, 800, 0.0, None, "not getting smaller"),
        (800, 900, -50.0, None, "50.0 more a second"),
    ],
)
def test_the_rate_tells_when_a_backlog_ends(
    before: int, after: int, rate: float, remaining: float | None, words: str
) -> None:
    (progress,) = measure_progress(look(before), look(after, 2))

    assert progress == Progress("route", rate, remaining)
    assert progress.in_words() == words


def test_an_empty_queue_needs_no_estimate() -> None:
    assert measure_progress(look(5), look(0, 2)) == []


def test_two_looks_at_one_moment_say_nothing() -> None:
    assert measure_progress(look(5), look(4)) == []
