"""When the steps of a ladder are due: one message's run, as a function of what has happened so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from router.coverage.hours import OpeningHours, moment_after
from router.messaging.ladder import Ladder, LadderStep

ON_CLOCK = OpeningHours(UTC, round_the_clock=True)
# When to look again at a run of which nothing further is due, until its message is answered or done.
WATCHED_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Run:
    """The steps of a ladder as they were when the run began for a message; runs of a message count from 1.

    `clock` is what the alert counts from: when the message was accepted, when a reply kept it open, or when somebody
    raised it. The alert of an `urgent` run counts on the clock; where the run is `on_clock`, so do all of its steps.
    """

    practice: str
    message: UUID
    number: int
    began_at: datetime
    clock: datetime
    steps: Ladder
    urgent: bool = False
    on_clock: bool = False
    # When administrators were alerted of the message, in this run or one before it that no answer has ended.
    alerted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come.

    `done` has the time at which each step (counted from 0) was carried out or skipped; `acted` are the steps that did
    something. `newest_holder_at` is when somebody last newly got the message during the run (None: never); `newly` are
    the staff who did, once each.
    """

    done: Mapping[int, datetime] = field(default_factory=dict)
    acted: frozenset[int] = frozenset()
    newest_holder_at: datetime | None = None
    newly: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step of a run, counted from 0, and when it is due."""

    index: int
    step: LadderStep
    at: datetime


@dataclass(frozen=True, slots=True)
class NewRuns:
    """Runs that begin alike, of messages of one practice; `run` is that of the first, `due` of all.

    `due` is None where no opening time lies ahead: such runs are looked at after WATCHED_EVERY, for hours may come.
    """

    run: Run
    messages: Sequence[UUID]
    due: DueStep | None


def next_step(run: Run, progress: Progress, hours: OpeningHours | None) -> DueStep | None:
    """The step that is due next; None at the end of the ladder, or if it is never due.

    The alert counts from the run's clock. Every other step keeps its distance from the step before it, counted from
    when a step last did something, and gives new holders of the message as much time as the first step gives. So late
    steps don't all fire at once. Without opening hours, only steps on clock time are ever due.
    """
    if _begins_with_the_first(run, progress):
        counted = ON_CLOCK if run.on_clock else hours
        return _due(run, 0, _after(counted, run.began_at, run.steps[0].after))
    due = [found for found in (alert_step(run, progress, hours), _following(run, progress, hours)) if found is not None]
    return min(due, key=lambda found: (found.at, found.index), default=None)


def _begins_with_the_first(run: Run, progress: Progress) -> bool:
    """Whether nothing has happened yet and the alert counts like every other step: steps rise, so the first is due."""
    untouched = not progress.done and progress.newest_holder_at is None
    return untouched and bool(run.steps) and run.clock == run.began_at and run.urgent == run.on_clock


def step_to_fire(run: Run, progress: Progress, hours: OpeningHours | None, at: datetime) -> DueStep | None:
    """The step to carry out now; None if none is due. The alert comes first."""
    for found in (alert_step(run, progress, hours), _following(run, progress, hours)):
        if found is not None and found.at <= at:
            return found
    return None


def alert_step(run: Run, progress: Progress, hours: OpeningHours | None) -> DueStep | None:
    """The alert, which fires once: it is the last step."""
    index = len(run.steps) - 1
    if index < 0 or index in progress.done:
        return None
    counted = ON_CLOCK if run.urgent else hours
    return _due(run, index, _after(counted, run.clock, run.steps[index].after))


def _following(run: Run, progress: Progress, hours: OpeningHours | None) -> DueStep | None:
    """The first step that has not been carried out or skipped, other than the alert."""
    open_steps = (index for index in range(len(run.steps) - 1) if index not in progress.done)
    index = next(open_steps, None)
    if index is None:
        return None
    counted = ON_CLOCK if run.on_clock else hours
    own = run.steps[index].after
    moments = [_after(counted, run.began_at, own)]
    if progress.acted:
        last = max(progress.done[acted] for acted in progress.acted)
        before = run.steps[index - 1].after if index else 0
        moments.append(_after(counted, last, own - before))
    if progress.newest_holder_at is not None:
        moments.append(_after(counted, progress.newest_holder_at, run.steps[0].after))
    reached = [moment for moment in moments if moment is not None]
    return _due(run, index, max(reached) if len(reached) == len(moments) else None)


def _due(run: Run, index: int, at: datetime | None) -> DueStep | None:
    return None if at is None else DueStep(index, run.steps[index], at)


def _after(hours: OpeningHours | None, start: datetime, minutes: int) -> datetime | None:
    return None if hours is None else moment_after(hours, start, timedelta(minutes=minutes))
