"""Waiting for a condition instead of for luck."""

from collections.abc import Callable
from threading import Event
from time import monotonic

FIRST_PAUSE_SECONDS = 0.002
LONGEST_PAUSE_SECONDS = 0.05


def wait_until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Return as soon as the condition holds; fail, saying what was waited for, when it doesn't in time."""
    deadline, pause = monotonic() + seconds, FIRST_PAUSE_SECONDS
    while not condition():
        if monotonic() > deadline:
            message = f"waited {seconds:g} s in vain until {what}"
            raise AssertionError(message)
        Event().wait(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
