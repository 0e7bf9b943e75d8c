"""Hints are published in the background, whatever the broker does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from adapters.broker.hints import BackgroundHints

WAIT_SECONDS = 10


def _keep(_queue: str, _error: Exception) -> None:
    """Nobody is told."""


@contextmanager
def hints_to(
    publish: Callable[[str], None], report: Callable[[str, Exception], None] = _keep
) -> Iterator[BackgroundHints]:
    made = BackgroundHints(publish, report)
    yield made
    made.stop(WAIT_SECONDS)


def test_each_queue_gets_its_hint() -> None:
    published: SimpleQueue[str] = SimpleQueue()
    with hints_to(published.put) as hints:
        hints.route()
        hints.notify()

        assert {published.get(timeout=WAIT_SECONDS) for _ in range(2)} == {"route", "notify"}


def test_as_many_as_wanted() -> None:
    """Nothing more, and nothing less at a stop."""
    published: SimpleQueue[str] = SimpleQueue()
    with hints_to(published.put) as hints:
        hints.burst({"route": 3, "notify": 0})

    assert published.qsize() == 3


def test_a_hint_that_can_not_be_published_is_reported_and_dropped() -> None:
    """The next one is published as ever."""
    published: SimpleQueue[str] = SimpleQueue()
    failed: SimpleQueue[tuple[str, str]] = SimpleQueue()

    def publish(queue: str) -> None:
        if queue == "route":
            raise ConnectionError
        published.put(queue)

    with hints_to(publish, lambda queue, error: failed.put((queue, type(error).__name__))) as hints:
        hints.route()
        assert failed.get(timeout=WAIT_SECONDS) == ("route", "ConnectionError")
        hints.notify()
        assert published.get(timeout=WAIT_SECONDS) == "notify"

    assert failed.empty()


def test_stopping_what_never_began_is_nothing() -> None:
    with hints_to(lambda _queue: None):
        pass
