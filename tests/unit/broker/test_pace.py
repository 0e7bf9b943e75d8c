"""When hints go out: at once after a silence, ever more seldom while they keep coming, and none for nothing."""

import pytest

from adapters.broker.pace import BUSY_SECONDS, QUIET_SECONDS, SOON_SECONDS, Pace

SILENCE = 10 * BUSY_SECONDS


def took(pace: Pace, asked: float) -> float:
    """Ask for a hint, and take it as soon as it may go out; returns when."""
    pace.ask(1, asked)
    wait = pace.wait(asked)
    assert wait is not None
    at = asked + max(wait, 0)
    pace.take(at)
    return at


def test_the_first_hint_goes_at_once() -> None:
    assert took(Pace(), 100.0) == 100.0


def test_nothing_is_sent_that_nobody_asked_for() -> None:
    pace = Pace()
    pace.ask(0, 100.0)
    assert pace.wait(100.0) is None
    took(pace, 100.0)
    assert pace.wait(100.0 + SILENCE) is None


def test_what_comes_together_is_one() -> None:
    """The most that was asked for at once counts."""
    pace = Pace()
    for hints in (1, 3, 2):
        pace.ask(hints, 100.0)
    for _ in range(3):
        pace.take(100.0)
    assert pace.wait(100.0) is None


def test_a_repeat_before_any_worker_can_have_looked_waits() -> None:
    """As with a message whose commit took no longer than the way of its hint: the repeat is for the unlikely."""
    pace = Pace()
    took(pace, 100.0)
    assert took(pace, 100.0 + SOON_SECONDS / 2) == pytest.approx(100.0 + QUIET_SECONDS)


def test_a_repeat_that_the_first_hint_may_have_come_too_early_for_goes_at_once() -> None:
    """As with a message whose commit took long."""
    pace = Pace()
    took(pace, 100.0)
    assert took(pace, 100.0 + 2 * SOON_SECONDS) == pytest.approx(100.0 + 2 * SOON_SECONDS)


def test_only_the_first_repeat_goes_at_once() -> None:
    """Hints that keep coming wait for one another."""
    pace = Pace()
    for asked in (100.0, 100.0 + 2 * SOON_SECONDS):
        took(pace, asked)
    assert took(pace, 100.0 + 4 * SOON_SECONDS) == pytest.approx(100.0 + 2 * SOON_SECONDS + 2 * QUIET_SECONDS)


def test_the_more_come_the_longer_they_wait() -> None:
    """Up to a bound, and as at the beginning after a silence."""
    pace, at = Pace(), 100.0
    gaps = []
    for _ in range(8):
        before, at = at, took(pace, at)
        gaps.append(at - before)
    assert gaps[1:] == pytest.approx([min(QUIET_SECONDS * 2**step, BUSY_SECONDS) for step in range(7)])
    assert took(pace, at + SILENCE) == at + SILENCE
    assert took(pace, at + SILENCE) == pytest.approx(at + SILENCE + QUIET_SECONDS)
