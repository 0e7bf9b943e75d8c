"""Reading claimed runs of ladders, each on its own: one that can't be read keeps no other from its steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from adapters.database import codec
from router.coverage.ladder_decisions import Ending, Holder
from router.coverage.ladders import Progress, Run
from router.coverage.taking_care import left_to_colleague
from router.messages.cascade import HandOver, Question
from router.messages.states import DeliveryState, State
from router.messaging.ladder import Ladder
from router.ports.ladders import ClaimedRun, UnreadableRun
from router.practice.topics import Topic


@dataclass(frozen=True, slots=True)
class StoredRun:
    """The rows of a claimed run: its message and conversation, itself, the deliveries, and the steps of all runs."""

    message: Row[Any]
    run: Row[Any]
    deliveries: Sequence[Row[Any]]
    steps: Sequence[Row[Any]]
    care_team: tuple[str, ...]
    waited_since: datetime


def read_claimed(stored: StoredRun) -> ClaimedRun | UnreadableRun:
    """The run, or as much of it as can be read: it may be damaged, or have words of a later release."""
    try:
        return _claimed(stored)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is about this run alone, and its failure is counted.
        return _unreadable(stored, error)


def run_of(row: Row[Any]) -> Run:
    """A stored run."""
    return _run_with(row, codec.ladder_from_json(row.steps))


def _run_with(row: Row[Any], steps: Ladder) -> Run:
    kind = {"urgent": bool(row.urgent), "on_clock": bool(row.on_clock)}
    return Run(row.practice, row.message, row.number, row.began_at, row.clock, steps, **kind, alerted_at=row.alerted_at)


def _claimed(stored: StoredRun) -> ClaimedRun:
    row, run = stored.message, run_of(stored.run)
    holders = tuple(holder_of(one, row.owner, run) for one in stored.deliveries)
    pairs = zip(holders, stored.deliveries, strict=True)
    theirs = [(holder, one) for holder, one in pairs if _is_done(row, one)]
    done = [(holder, one) for holder, one in theirs if not left_to_colleague(holder, holders)]
    is_done = any(_is_since_promise(row, one, holder) for holder, one in done) if row.kept_open else bool(done)
    return ClaimedRun(
        run=run,
        progress=_progress(run, row, holders, [step for step in stored.steps if step.run == run.number]),
        waited_since=stored.waited_since,
        conversation=row.conversation,
        patient=row.patient,
        question=Question(Topic(row.topic), row.site, row.owner, row.chosen, stored.care_team),
        private=row.private,
        state=State(row.state),
        holders=holders,
        ending=Ending(stored.run.ended_by) if stored.run.ended_at is not None else _ending(row, is_done=is_done),
        failed=stored.run.failed_at is not None,
    )


def _unreadable(stored: StoredRun, error: Exception) -> UnreadableRun:
    """Of the words only those are compared by which the run ends; what a reply kept open goes on."""
    row, steps = stored.message, stored.run.steps
    is_done = not row.kept_open and any(_is_done(row, one) for one in stored.deliveries)
    last_step = len(steps) - 1 if isinstance(steps, list) and steps else 0
    return UnreadableRun(
        run=_run_with(stored.run, ()),
        last_step=last_step,
        waited_since=stored.waited_since,
        error=error,
        ending=_ending(row, is_done=is_done),
        failed=stored.run.failed_at is not None,
        was_alerted=any(step.run == stored.run.number and step.step == last_step for step in stored.steps),
    )


def holder_of(row: Row[Any], owner: str | None, run: Run | None = None) -> Holder:
    """Somebody who has or had a message; `run` is what they may have opened it in."""
    state, counted_from = DeliveryState(row.state), row.counted_from or row.received_at
    opened = run is not None and _is_opened(run, row)
    owns, is_asked = row.staff == owner, row.step == HandOver.FORWARD.value
    reason = row.step if is_asked else row.because or row.step
    others = {"handled_by": row.handled_by, "represents": row.represents}
    return Holder(row.id, row.staff, reason, state, counted_from, opened, owns=owns, **others)


def _is_opened(run: Run, row: Row[Any]) -> bool:
    """A release that doesn't note when somebody opened a delivery marks it as read all the same."""
    if row.opened_at is not None:
        return bool(row.opened_at >= run.began_at)
    seen = row.state in {DeliveryState.READ.value, DeliveryState.DONE.value}
    return run.number == 1 and seen and row.handled_by in {None, row.staff}


def _progress(run: Run, row: Row[Any], holders: Sequence[Holder], steps: Sequence[Row[Any]]) -> Progress:
    begun = max(run.began_at, row.delivered_at or run.began_at)
    newly = [holder for holder in holders if holder.is_responsible and holder.counted_from > begun]
    acted = frozenset(step.step for step in steps if step.did is not None)
    newest = max((holder.counted_from for holder in newly), default=None)
    return Progress({step.step: step.at for step in steps}, acted, newest, frozenset(one.staff for one in newly))


def _is_responsible(row: Row[Any], its: Row[Any]) -> bool:
    return bool(its.staff == row.owner or its.step != HandOver.FORWARD.value)


def _is_done(row: Row[Any], its: Row[Any]) -> bool:
    """Whether the holder is done with the message for everybody, and was not before its topic was corrected.

    `adapters.database.repositories.overdue` asks the same of the tables.
    """
    was_before = row.corrected_at is not None and its.opened_at is not None and its.opened_at < row.corrected_at
    finishes = _is_responsible(row, its) if its.finishes is None else its.finishes
    return its.state == DeliveryState.DONE.value and bool(finishes) and not was_before


def _is_since_promise(row: Row[Any], its: Row[Any], holder: Holder) -> bool:
    """Whether they have been done with it since a reply kept it open; or in this run, where nobody noted when."""
    if row.kept_open_at is None:
        return holder.opened
    return bool((its.opened_at or its.received_at) >= row.kept_open_at)


def _ending(row: Row[Any], *, is_done: bool) -> Ending | None:
    """An answer ends a run, and so does its owner or a recipient who is done with the message.

    What a reply has kept open goes on until somebody is done with it after that.
    """
    if row.state == State.ANSWERED.value and not row.kept_open:
        return Ending.ANSWERED
    is_finished = row.outcome is not None and not row.kept_open
    return Ending.DONE if is_done or is_finished else None
