"""When runs of ladders are looked at again of which no step is due now."""

from datetime import datetime, timedelta

from router.coverage.hours import OpeningHours, open_until
from router.coverage.ladders import alert_step, next_step
from router.ports.ladders import ClaimedRun

# When to look again at what can't climb now: not routed yet, or at a place that has no hours any more.
LOOK_AGAIN = timedelta(minutes=15)


def later(claimed: ClaimedRun, at: datetime, pause: timedelta) -> datetime:
    """When to look again after a pause, or earlier where the run waits anyway.

    A change of hours goes through runs by the moments for which they wait: none may get ahead of it again and again.
    """
    return min(at + pause, claimed.waited_since) if claimed.waited_since > at else at + pause


def watched(claimed: ClaimedRun, hours: OpeningHours | None, at: datetime, again: datetime) -> datetime:
    """When to look again at a run without further steps: an urgent one also when the practice closes.

    Then its message goes to who is on call.
    """
    if hours is None or not claimed.run.urgent:
        return again
    closes = open_until(hours, at, again)
    return closes if closes > at else again


def looked_at_again(claimed: ClaimedRun, hours: OpeningHours | None, at: datetime) -> datetime | None:
    """When to look again at a run that can't proceed now: its step moved, or its message isn't delivered yet."""
    moments = [
        found.at if found.at > at else at + LOOK_AGAIN
        for found in (next_step(claimed.run, claimed.progress, hours), alert_step(claimed.run, claimed.progress, hours))
        if found is not None
    ]
    return min(moments, default=None)
