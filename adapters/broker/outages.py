"""Running work that depends on a connection, and reconnecting with backoff whenever it fails."""

from collections.abc import Callable, Iterator
from threading import Event

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 5

# Connects, works, and yields after each successful step.
Work = Callable[[], Iterator[None]]
Report = Callable[[Exception], None]


def outlast(work: Work, report: Report, stopped: Event) -> None:
    """Repeat the work until stopped. An error is reported once per outage, and again when another kind follows."""
    pause = 0.0
    reported: type[Exception] | None = None
    while not stopped.is_set():
        try:
            for _ in work():
                pause, reported = 0.0, None
        except Exception as error:  # noqa: BLE001 - any failure is retried indefinitely.
            if type(error) is not reported:
                report(error)
            reported = type(error)
            pause = min(pause * 2 or FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
            stopped.wait(pause)
