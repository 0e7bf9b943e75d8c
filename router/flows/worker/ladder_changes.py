"""Applying changed hours and ladders: waiting steps get new due times, and open messages get the new ladder."""

from dataclasses import dataclass

from router.coverage.answer_by import opening_hours
from router.coverage.ladder_decisions import Ending
from router.coverage.ladders import NewRuns, Progress, Run, next_step
from router.errors import DATABASE_TROUBLE
from router.flows.ladders import with_clock
from router.flows.worker.escalate import Escalate
from router.messages.priority import Priority
from router.messaging.settings import MessagingSettings
from router.ports.ladder_changes import LadderChange, OpenMessage, Place, TakenChange, UnreadableMessage
from router.ports.unit_of_work import UnitOfWork

SLICE = 500
# Messages are held one by one.
SLICE_OF_MESSAGES = 100
# In one turn, so that other work isn't kept waiting.
SLICES = 10


@dataclass(frozen=True, slots=True)
class FollowLadderChanges:
    """Applies changes to open runs, in slices with a transaction each, continuing where the last one ended."""

    escalate: Escalate
    slice: int = SLICE
    messages: int = SLICE_OF_MESSAGES

    def run(self) -> int:
        """Apply changes for a while; returns how many runs and messages were looked at.

        A change that fails is reported and retried next time; those of other practices go on.
        """
        looked_at, failed = 0, set[str]()
        for _ in range(SLICES):
            with self.escalate.database.look() as work:
                if not work.ladder_changes.are_there():
                    break
            looked_at += self._slice(failed)
        return looked_at

    def _slice(self, failed: set[str]) -> int:
        taken: TakenChange | None = None
        try:
            with self.escalate.database.begin() as work:
                taken = work.ladder_changes.take(failed)
                if taken is None:
                    return 0
                follow = self._follow_hours if taken.change is LadderChange.HOURS else self._follow_ladder
                looked_at = follow(work, taken)
                work.commit()
        except Exception as error:
            if taken is None or isinstance(error, DATABASE_TROUBLE):
                raise
            failed.add(taken.practice.id)
            self.escalate.report(taken.practice.id, f"change of {taken.change}", error)
            return 0
        if looked_at:
            self.escalate.hints.escalate()
        return looked_at

    def _follow_hours(self, work: UnitOfWork, taken: TakenChange) -> int:
        """Treat waiting steps as due: those that aren't due under the current hours are rescheduled."""
        found = work.ladder_changes.claim_waiting(taken, self.slice)
        self.escalate.climb(work, found.claimed)
        _advance(work, taken, found.after, is_last=found.are_last)
        return len(found.claimed.runs)

    def _follow_ladder(self, work: UnitOfWork, taken: TakenChange) -> int:
        """Begin a run of the ladder in force for every open message that has a different ladder or none."""
        messaging = work.messaging.current(taken.practice)
        found = work.ladder_changes.open_messages(taken, self.messages)
        after = taken.after
        for looked_at, message in enumerate(found):
            if isinstance(message, UnreadableMessage):
                # Its own run, if it has one, becomes an alert.
                self.escalate.report(taken.practice.id, str(message.message), message.error)
            elif has_another_ladder(messaging, message) and not self._begin(work, taken, message):
                # Somebody else holds it: this one and all after it are for the next time.
                _advance(work, taken, after, is_last=False)
                return looked_at
            after = Place(message.message)
        _advance(work, taken, after, is_last=len(found) < self.messages)
        return len(found)

    def _begin(self, work: UnitOfWork, taken: TakenChange, message: OpenMessage) -> bool:
        """Begin the next run of a message; False where somebody else holds it. The alert keeps its clock."""
        tenant, messaging = taken.practice, work.messaging.current(taken.practice)
        held = work.ladders.hold(tenant.id, message.message)
        if held is None:
            return False
        changes = work.urgency.changes(tenant.id, message.message)
        urgent = bool(changes) and changes[-1].priority is Priority.URGENT
        before = work.ladders.latest(tenant.id, message.message)
        number, clock = (before.number + 1, before.clock) if before else (1, message.accepted_at)
        alerted_at = before.alerted_at if before else None
        steps = messaging.ladder_for(held.question.site, held.question.topic, urgent=urgent)
        run = Run(tenant.id, message.message, number, work.now(), clock, steps, alerted_at=alerted_at)
        run = with_clock(run, messaging, urgent=urgent)
        hours = opening_hours(tenant, messaging, held.question.site, self.escalate.zones.get)
        if hours is None and not run.urgent:
            return True
        work.ladders.end(tenant.id, message.message, Ending.RENEWED)
        work.ladders.begin([NewRuns(run, [run.message], next_step(run, Progress(), hours))])
        return True


def has_another_ladder(messaging: MessagingSettings, message: OpenMessage) -> bool:
    """Whether a waiting message would begin a run: there is a ladder for it that differs from its current one."""
    steps = messaging.ladder_for(message.site, message.topic, urgent=message.urgent)
    return bool(steps) and steps != message.steps


def _advance(work: UnitOfWork, taken: TakenChange, after: Place | None, *, is_last: bool) -> None:
    if is_last:
        work.ladder_changes.finish(taken)
    else:
        work.ladder_changes.go_on(taken, after)
