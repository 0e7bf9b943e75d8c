"""Ladders: messages that nobody opens or answers move on by themselves, each step once, whatever crashes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from router.coverage.answer_by import opening_hours
from router.coverage.hours import OpeningHours
from router.coverage.ladder_decisions import Because, Decision, Situation, alert, decide
from router.coverage.ladders import WATCHED_EVERY, DueStep, Progress, next_step, step_to_fire
from router.errors import DATABASE_TROUBLE
from router.flows.hand_over import let_go, new_delivery
from router.flows.notices import notice_for
from router.flows.on_call import people_on_call
from router.flows.worker.looking_again import LOOK_AGAIN, later, looked_at_again, watched
from router.flows.worker.unreadable_run import climb_unreadable
from router.messages.cascade import HandOver, Recipient
from router.messages.hand_overs import HandedOver
from router.messages.states import State
from router.messaging.ladder import Do
from router.ports.ladders import ClaimedRun, ClaimedRuns, Climbed, UnreadableRun
from router.ports.services import Hints, Ids, TimeZones
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.people import Practice

if TYPE_CHECKING:
    from router.messages.routing import NewDelivery

BATCH = 200
ALERT_AFTER = 3
RETRY_AFTER = timedelta(seconds=10)
UNDELIVERED = frozenset({State.ACCEPTED, State.PARKED})


@dataclass(frozen=True, slots=True)
class EscalatedBatch:
    """What one batch did: how many runs it looked at, and how many steps did something."""

    looked_at: int = 0
    acted: int = 0
    failed: int = 0

    def plus(self, other: "EscalatedBatch") -> "EscalatedBatch":
        """Both together."""
        return EscalatedBatch(self.looked_at + other.looked_at, self.acted + other.acted, self.failed + other.failed)


@dataclass(frozen=True, slots=True)
class Escalate:
    """Carries out the steps of ladders that are due."""

    database: Database
    hints: Hints
    ids: Ids
    zones: TimeZones
    report: Callable[[str, str, Exception], None]
    batch: int = BATCH

    def run(self) -> EscalatedBatch:
        """Carry out one batch; if it fails as a whole, each of its messages is tried on its own.

        Runs that can't be read are left out of it, and looked at on their own as well. Publishes a hint for the next
        batch, unless messages wait to be routed.
        """
        claimed: ClaimedRuns | None = None
        try:
            with self.database.begin() as work:
                claimed = work.ladders.claim(self.batch)
                if not claimed.messages:
                    return EscalatedBatch()
                climbed = self.climb(work, claimed)
                goes_on = len(claimed.messages) == self.batch and not work.routing.is_due()
                work.commit()
        except Exception as error:
            if claimed is None or isinstance(error, DATABASE_TROUBLE):
                raise
            self.report("a batch", str(len(claimed.messages)), error)
            return self._singly(claimed.messages)
        if goes_on:
            self.hints.escalate()
        return self._done(climbed).plus(self._singly(replace(claimed, runs=()).messages))

    def _done(self, climbed: Sequence[Climbed[ClaimedRun | UnreadableRun]]) -> EscalatedBatch:
        if any(one.notices or one.deliveries or _handlers(one) for one in climbed):
            self.hints.notify()
        acted = sum(1 for one in climbed if one.decision is not None and one.decision.do is not None)
        return EscalatedBatch(looked_at=len(climbed), acted=acted)

    def _singly(self, messages: Sequence[tuple[str, UUID]]) -> EscalatedBatch:
        total = EscalatedBatch()
        for practice, message in messages:
            total = total.plus(self._climb_one(practice, message))
        return total

    def _climb_one(self, practice: str, message: UUID) -> EscalatedBatch:
        climbed: list[Climbed[ClaimedRun | UnreadableRun]]
        try:
            with self.database.begin() as work:
                claimed = work.ladders.claim_one(practice, message)
                climbed = [*self.climb(work, claimed), *self._climb_unreadable(work, claimed)]
                work.commit()
        except DATABASE_TROUBLE:
            raise
        except Exception as error:  # noqa: BLE001 - one message must harm no other; in the end it becomes an alert.
            self.report(practice, str(message), error)
            with self.database.begin() as work:
                work.ladders.count_failure(practice, message, RETRY_AFTER, ALERT_AFTER)
                work.commit()
            return EscalatedBatch(looked_at=1, failed=1)
        return self._done(climbed)

    def _climb_unreadable(self, work: UnitOfWork, claimed: ClaimedRuns) -> list[Climbed[UnreadableRun]]:
        again = claimed.at + WATCHED_EVERY
        climbed = [climb_unreadable(work, self.ids, claimed, run, again) for run in claimed.unreadable]
        work.ladders.climb(climbed)
        return climbed

    def climb(self, work: UnitOfWork, claimed: ClaimedRuns) -> list[Climbed[ClaimedRun]]:
        """Carry out the due steps of these runs, and store when each is due next, in the transaction of `work`.

        Those that can't be read stay as they are.
        """
        climbed = [self._look_at(work, claimed, run) for run in claimed.runs]
        self._give(work, climbed)
        work.ladders.climb(climbed)
        return climbed

    def _look_at(self, work: UnitOfWork, batch: ClaimedRuns, claimed: ClaimedRun) -> Climbed[ClaimedRun]:
        """Decide what happens to one run, whose message is locked."""
        if claimed.ending is not None:
            return Climbed(claimed, None)
        tenant = batch.practices[claimed.run.practice]
        hours = opening_hours(tenant, work.messaging.current(tenant), claimed.question.site, self.zones.get)
        if _has_climbed(claimed):
            situation = self._situation(work, tenant, claimed)
            again = later(claimed, batch.at, WATCHED_EVERY)
            called = self._deliveries(situation, situation.without_holders(situation.on_call))
            return Climbed(claimed, watched(claimed, hours, batch.at, again), deliveries=called)
        if hours is None and not claimed.run.urgent:
            return Climbed(claimed, later(claimed, batch.at, LOOK_AGAIN))
        step = self._step(claimed, hours, batch.at)
        if step is None:
            waits = next_step(claimed.run, claimed.progress, hours)
            again = looked_at_again(claimed, hours, batch.at) or later(claimed, batch.at, WATCHED_EVERY)
            return Climbed(claimed, again, waits.step.do if waits else None)
        return self._carry_out(claimed, step, self._situation(work, tenant, claimed), hours)

    def _situation(self, work: UnitOfWork, tenant: Practice, claimed: ClaimedRun) -> Situation:
        """The message with who is on call for it, if it is urgent and in inboxes: nobody while the practice is open."""
        question, private = claimed.question, claimed.private
        on_call: tuple[Recipient, ...] = ()
        if claimed.run.urgent and claimed.state not in UNDELIVERED:
            on_call = people_on_call(work, self.zones, tenant, question, private=private)
        messaging, staffing = work.messaging.current(tenant), work.roster.staffing(tenant)
        return Situation(question, private, claimed.holders, messaging, staffing, work.now(), on_call)

    def _carry_out(
        self, claimed: ClaimedRun, step: DueStep, situation: Situation, hours: OpeningHours | None
    ) -> Climbed[ClaimedRun]:
        """Decide what the step does, and when the run is due next."""
        at = situation.at
        decision = alert(situation, Because.STEP_FAILED) if claimed.failed else decide(step.step, situation)
        notices = tuple(notice_for(self.ids, situation.staffing, one) for one in decision.told)
        deliveries = self._deliveries(situation, decision.takers)
        following = next_step(claimed.run, _progress(claimed, step, decision, at), hours)
        due = None if claimed.failed else following
        due_at, due_do = (due.at, due.step.do) if due else (watched(claimed, hours, at, at + WATCHED_EVERY), None)
        return Climbed(claimed, due_at, due_do, step=step, decision=decision, notices=notices, deliveries=deliveries)

    def _deliveries(self, situation: Situation, takers: Iterable[Recipient]) -> tuple["NewDelivery", ...]:
        members = situation.staffing.members
        return tuple(new_delivery(self.ids, taker, members[taker.staff].email) for taker in takers)

    def _step(self, claimed: ClaimedRun, hours: OpeningHours | None, at: datetime) -> DueStep | None:
        """The step to carry out now; before a message is delivered, the alert alone."""
        if claimed.failed:
            index = len(claimed.run.steps) - 1
            return DueStep(index, claimed.run.steps[index], at)
        step = step_to_fire(claimed.run, claimed.progress, hours, at)
        if step is not None and claimed.state in UNDELIVERED and step.step.do is not Do.ALERT:
            return None
        return step

    def _give(self, work: UnitOfWork, climbed: Sequence[Climbed[ClaimedRun]]) -> None:
        """Put the messages into inboxes and remove them from others, as the steps say. Most takers never had them."""
        anew: dict[str, list[tuple[NewDelivery, HandedOver]]] = defaultdict(list)
        for one in climbed:
            run, had = one.claimed.run, {holder.staff for holder in one.claimed.holders}
            giver = _giver(one.claimed)
            for new in one.deliveries:
                taker = new.recipient.staff
                kind = HandOver.ON_CALL if new.recipient.step is HandOver.ON_CALL else HandOver.STEP
                handed = HandedOver(self.ids.new(), run.message, giver or taker, taker, kind)
                if taker in had:
                    work.replies.give(run.practice, run.message, new, handed)
                else:
                    anew[run.practice].append((new, handed))
        for practice, given in anew.items():
            work.replies.give_new(practice, given)
        self._take(work, climbed)

    def _take(self, work: UnitOfWork, climbed: Sequence[Climbed[ClaimedRun]]) -> None:
        """Take the messages that were handed over out of other inboxes, and their conversations from their owners."""
        gone: dict[str, list[Climbed[ClaimedRun]]] = defaultdict(list)
        for one in climbed:
            if one.decision is not None and one.decision.do is Do.HAND_OVER:
                gone[one.claimed.run.practice].append(one)
        for practice, some in gone.items():
            work.replies.move(practice, [moved for one in some if one.decision for moved in one.decision.moved])
            conversations = {one.claimed.conversation for one in some}
            work.replies.give_up(practice, conversations)
            handlers = {staff for one in some for staff in _handlers(one)}
            if handlers:
                let_go(work, self.ids, practice, conversations, handlers)


def _giver(claimed: ClaimedRun) -> str | None:
    """The person from whom a message is moved: its owner, else the one who has had it longest."""
    holders = [holder.staff for holder in claimed.holders if holder.is_current]
    return claimed.question.owner if claimed.question.owner in holders else next(iter(holders), None)


def _handlers(climbed: Climbed[ClaimedRun | UnreadableRun]) -> set[str]:
    """Who took care of a message that was handed over for colleagues who keep it."""
    claimed, decision = climbed.claimed, climbed.decision
    if isinstance(claimed, UnreadableRun) or decision is None or decision.do is not Do.HAND_OVER:
        return set()
    kept = (one for one in claimed.holders if one.has_it_open and one.delivery not in decision.moved)
    return {one.handled_by for one in kept if one.handled_by is not None}


def _progress(claimed: ClaimedRun, step: DueStep, decision: Decision, at: datetime) -> Progress:
    before = claimed.progress
    newly = {taker.staff for taker in decision.takers} - before.newly
    return replace(
        before,
        done={**before.done, step.index: at},
        acted=before.acted | ({step.index} if decision.do is not None else frozenset()),
        newest_holder_at=at if newly else before.newest_holder_at,
        newly=before.newly | newly,
    )


def _has_climbed(claimed: ClaimedRun) -> bool:
    """Whether every step has been carried out or skipped; one that failed leaves only the alert."""
    steps, done = range(len(claimed.run.steps)), claimed.progress.done
    return all(step in done for step in (steps[-1:] if claimed.failed else steps))
