"""What a step of a ladder does when it is due: who is notified, who gets the message, or why nothing happens."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from router.messages.cascade import HandOver, Question, Recipient
from router.messages.on_call import is_restricted
from router.messages.states import OPEN, DeliveryState
from router.messages.trace import TracedStepOfLadder
from router.messaging.ladder import Condition, Do, LadderStep
from router.messaging.settings import MessagingSettings
from router.practice.availability import Staffing, represent


class Because(StrEnum):
    """Why a step did nothing, or something other than planned."""

    OPENED = "opened"
    NOBODY_HAS_IT = "nobody_has_it"
    ALL_HAVE_IT = "all_have_it"
    NOBODY_AVAILABLE = "nobody_available"
    STEP_FAILED = "step_failed"


class Ending(StrEnum):
    """Why a run has ended."""

    ANSWERED = "answered"
    DONE = "done"
    RENEWED = "renewed"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who has the message in their inbox, or had it.

    `opened`: they opened or finished it during the run. `owns`: they own the conversation. `counted_from` is the time
    from which they are given time before the next step.
    """

    delivery: UUID
    staff: str
    reason: str
    state: DeliveryState
    counted_from: datetime
    opened: bool = False
    owns: bool = False
    # Who takes care of it instead of them.
    handled_by: str | None = None
    # For whom they have it, or who forwarded it to them.
    represents: str | None = None

    @property
    def is_responsible(self) -> bool:
        """Whether they are responsible for it: they own it, or got it by more than a forward."""
        return self.owns or self.reason != HandOver.FORWARD.value

    @property
    def is_current(self) -> bool:
        """Whether they are responsible for it, and it hasn't moved to somebody else."""
        return self.state is not DeliveryState.MOVED and self.is_responsible

    @property
    def has_it_open(self) -> bool:
        """Whether it is open in their inbox."""
        return self.state in OPEN

    def must_see_again(self, giver: "Holder") -> bool:
        """Whether they find it unread once a colleague who has it open no longer takes care of it.

        That colleague took care of it for them; or they were done with it, and the colleague got it after that.
        """
        if self.state is DeliveryState.DONE:
            return giver.state is DeliveryState.UNREAD or giver.handled_by is None
        return self.has_it_open and self.handled_by == giver.staff


@dataclass(frozen=True, slots=True)
class Situation:
    """A delivered message with everything that determines what a step does.

    `on_call` are those who must have it now: it is urgent, and the practice is closed.
    """

    question: Question
    private: bool
    holders: tuple[Holder, ...]
    messaging: MessagingSettings
    staffing: Staffing
    at: datetime
    on_call: tuple[Recipient, ...] = ()

    @property
    def is_restricted(self) -> bool:
        """Whether steps reach only the chosen provider's covers and the patient's care team."""
        return is_restricted(self.question, self.messaging, private=self.private)

    def available(self, staff: Iterable[str | None]) -> tuple[Recipient, ...]:
        """These people or their covers, each once."""
        found: dict[str, Recipient] = {}
        for member in staff:
            taker = represent(member, self.staffing, self.at).taken_by if member is not None else None
            if taker is not None:
                found.setdefault(taker, Recipient(taker, HandOver.STEP, member if member != taker else None))
        return tuple(found.values())

    def without_holders(self, recipients: Iterable[Recipient]) -> tuple[Recipient, ...]:
        """Those of these people who aren't responsible for it in their open inbox; a forward alone doesn't count."""
        have = {holder.staff for holder in self.holders if holder.is_current and holder.has_it_open}
        return tuple(recipient for recipient in recipients if recipient.staff not in have)

    def without_owner(self) -> "Situation":
        """The situation without an owner: people who got the message by a forward are then no longer responsible."""
        return replace(self, holders=tuple(replace(holder, owns=False) for holder in self.holders))


@dataclass(frozen=True, slots=True)
class Decision:
    """What a step does (None: nothing): `told` are notified, `takers` get the message, `moved` deliveries leave."""

    do: Do | None
    because: Because | None = None
    told: tuple[str, ...] = ()
    takers: tuple[Recipient, ...] = ()
    moved: tuple[UUID, ...] = ()


def decide(step: LadderStep, situation: Situation) -> Decision:
    """Decide what a step does, without doing it."""
    if step.condition is Condition.UNOPENED and any(one.opened for one in situation.holders if one.is_current):
        return Decision(None, Because.OPENED)
    return _with_on_call(ACTIONS[step.do](situation), situation)


def _with_on_call(decision: Decision, situation: Situation) -> Decision:
    """Also give it to those on call who don't have it, whatever the step does: the others may be at home."""
    left = situation.without_owner() if decision.do is Do.HAND_OVER else situation
    takers = {taker.staff for taker in decision.takers}
    called = tuple(one for one in left.without_holders(situation.on_call) if one.staff not in takers)
    if not called:
        return decision
    if decision.do is None:
        return Decision(Do.WIDEN, takers=called)
    return replace(decision, takers=(*decision.takers, *called))


def alert(situation: Situation, because: Because | None = None) -> Decision:
    """Alert the administrators; the message appears on their list of overdue messages."""
    return Decision(Do.ALERT, because, told=situation.staffing.administrators())


def _remind(situation: Situation) -> Decision:
    told = tuple(
        holder.staff
        for holder in situation.holders
        if holder.has_it_open and situation.staffing.is_active(holder.staff)
    )
    return Decision(Do.REMIND, told=told) if told else Decision(None, Because.NOBODY_HAS_IT)


def _widen(situation: Situation) -> Decision:
    question, messaging = situation.question, situation.messaging
    if situation.is_restricted:
        new = situation.without_holders(_of_chosen(situation))
        return Decision(Do.WIDEN, takers=new) if new else alert(situation, Because.NOBODY_AVAILABLE)
    recipients = messaging.in_force(question.site)[question.topic].recipients
    new = situation.without_holders(situation.available((*recipients, question.owner)))
    if not new and messaging.care_team_fallback:
        new = situation.without_holders(situation.available(question.care_team))
    return Decision(Do.WIDEN, takers=new) if new else Decision(None, Because.ALL_HAVE_IT)


def _hand_over(situation: Situation) -> Decision:
    """Takers are found before anything moves; a taker who has the message keeps it, and so does who is on call."""
    restricted = situation.is_restricted
    takers = _of_chosen(situation) if restricted else situation.available(situation.messaging.catch_all)
    if not takers:
        return alert(situation, Because.NOBODY_AVAILABLE)
    keep = {taker.staff for taker in (*takers, *situation.on_call)}
    moved = tuple(one.delivery for one in situation.holders if one.has_it_open and one.staff not in keep)
    new = situation.without_owner().without_holders(takers)
    if not new and not moved:
        return Decision(None, Because.ALL_HAVE_IT)
    return Decision(Do.HAND_OVER, takers=new, moved=moved)


def _of_chosen(situation: Situation) -> Sequence[Recipient]:
    """Who may get what was written to a chosen provider, or in private."""
    question = situation.question
    return situation.available((question.chosen, *question.care_team))


ACTIONS: dict[Do, Callable[[Situation], Decision]] = {
    Do.REMIND: _remind,
    Do.WIDEN: _widen,
    Do.HAND_OVER: _hand_over,
    Do.ALERT: alert,
}

BECAUSE_IN_WORDS = {
    Because.OPENED: "somebody who has it had opened it",
    Because.NOBODY_HAS_IT: "it was no longer in anybody's inbox",
    Because.ALL_HAVE_IT: "everybody who is allowed to get it already had it",
    Because.NOBODY_AVAILABLE: "nobody who is allowed to get it was available",
    Because.STEP_FAILED: "the step failed three times",
}
DONE_IN_WORDS = {
    Do.REMIND: "reminded {people}",
    Do.WIDEN: "gave it to {people}",
    Do.HAND_OVER: "handed it over to {people}",
    Do.ALERT: "alerted {people}",
}
# What gives a message only to who is on call.
NOTIFYING = frozenset({Do.REMIND, Do.ALERT})
# Whom a step names that told nobody and gave it to nobody new.
NOBODY_IN_WORDS = {Do.HAND_OVER: "the people who already had it"}


def traced_step_in_words(step: TracedStepOfLadder, names: Mapping[str, str]) -> str:
    """What a step did, and why; `names` are those of the staff, by id."""
    told, takers = (", ".join(names.get(staff, staff) for staff in people) for people in (step.told, step.takers))
    also = ""
    if step.did is None:
        said = "did nothing"
    else:
        do = Do(step.did)
        notifies = do in NOTIFYING
        said = DONE_IN_WORDS[do].format(people=(told if notifies else takers) or NOBODY_IN_WORDS.get(do, "nobody"))
        also = f"{', and' if step.because else ' and'} gave it to {takers}" if notifies and takers else ""
    because = f", because {BECAUSE_IN_WORDS[Because(step.because)]}" if step.because else ""
    return f"Step {step.step + 1} of the ladder {said}{because}{also}."
