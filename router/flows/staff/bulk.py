"""One act on several deliveries: each by itself, with one answer each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from router.errors import DATABASE_TROUBLE, CarerouteError, Conflict, Invalid, Refusal, UnavailableError
from router.flows.staff.forward import ForwardMessages, ForwardRequest
from router.flows.staff.inbox import MarkedDelivery, ReadInbox
from router.flows.staff.replies import ReplyToMessages
from router.flows.staff.undo import UndoActs
from router.messages.inbox import DeliveryRef, InboxItem, InboxRef
from router.messages.priority import Priority
from router.messages.states import DeliveryState
from router.messages.undo import ANOTHER_ACT, UndoableAct

MOST_DELIVERIES = 200


class BulkAct(StrEnum):
    """What can be done with several deliveries."""

    DONE = "done"
    CLAIM = "claim"
    FORWARD = "forward"
    UNREAD = "unread"


class LeftOut(Conflict):
    """The delivery must be dealt with individually."""

    slug = "left-out"
    title = "This message was left out"


# What is never done together with others, and why.
LEAVES_OUT: tuple[tuple[Callable[[InboxItem, datetime], bool], str], ...] = (
    (lambda item, _now: item.priority is Priority.URGENT, "It is urgent."),
    (lambda item, _now: item.state is DeliveryState.UNREAD, "You have not opened it."),
    (lambda item, now: item.is_late(now), "The time at which the patient was told to expect an answer has passed."),
)


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """The act and the deliveries, in order. `forward` describes a forward; each delivery gets its own key from it."""

    act: BulkAct
    deliveries: tuple[UUID, ...]
    forward: ForwardRequest | None = field(default=None, repr=False)

    def with_key(self, key: str) -> Self:
        """The same with an idempotency key, which only a forward needs: a repeat of another act ends the same."""
        return replace(self, forward=replace(self.forward, idempotency_key=key)) if self.forward else self


@dataclass(frozen=True, slots=True)
class BulkAnswer:
    """The result for one delivery: done, or why not; `marked` is what became of its state, if that was the act.

    Why not is a refusal, or that the database was lost (DATABASE_TROUBLE).
    """

    delivery: UUID
    refusal: CarerouteError | None = None
    marked: MarkedDelivery | None = None


@dataclass(frozen=True, slots=True)
class ActInBulk:
    """Applies one act to several deliveries, each in its own transaction, as if it had been done alone."""

    inbox: ReadInbox
    replies: ReplyToMessages
    forwarding: ForwardMessages
    undoing: UndoActs

    def run(self, inbox: InboxRef, request: BulkRequest) -> list[BulkAnswer]:
        """One answer for each delivery, in order.

        Raises Invalid if the request as a whole can't be done, and UnavailableError or UnknownOutcomeError if the
        database is lost before anything was done.
        """
        refs = _refs(inbox, request.deliveries)
        act = self._act(request)
        return _answers(act, refs)

    def take_back(self, inbox: InboxRef, act: BulkAct, deliveries: Sequence[UUID]) -> list[BulkAnswer]:
        """Take back this act with each, the last first; what was marked unread is read again.

        One answer for each delivery. Raises Invalid as `run` does.
        """
        refs = _refs(inbox, tuple(reversed(deliveries)))
        if act is BulkAct.UNREAD:
            return _answers(lambda ref: self.inbox.mark(ref, DeliveryState.READ, check=_check_open), refs)
        wanted = UndoableAct(act)
        return _answers(lambda ref: self.undoing.undo(ref, wanted), refs)

    def can_take_back(self, inbox: InboxRef, act: BulkAct, answers: Sequence[BulkAnswer]) -> tuple[UUID, ...]:
        """With which of the deliveries this act was the last, and can be taken back.

        Of what is unread again, what was read: the others were done, or unread already, and would only be read.
        """
        done = [answer for answer in answers if answer.refusal is None]
        if act is BulkAct.UNREAD:
            return tuple(one.delivery for one in done if one.marked and one.marked.before is DeliveryState.READ)
        return self.undoing.undoable(inbox, UndoableAct(act), [answer.delivery for answer in done])

    def _act(self, request: BulkRequest) -> Callable[[DeliveryRef], object]:
        """What is done with each delivery. Raises Invalid for a forward to nobody."""
        if request.act is BulkAct.FORWARD:
            forward = request.forward
            if forward is None:
                raise Invalid.at("to", "is required to forward")
            return lambda ref: self.forwarding.forward(ref, _forward_of(forward, ref.delivery))
        acts: Mapping[BulkAct, Callable[[DeliveryRef], object]] = {
            BulkAct.DONE: lambda ref: self.inbox.mark(ref, DeliveryState.DONE, check=check_done_in_bulk),
            BulkAct.UNREAD: lambda ref: self.inbox.mark(ref, DeliveryState.UNREAD),
            BulkAct.CLAIM: self.replies.claim,
        }
        return acts[request.act]


def _refs(inbox: InboxRef, deliveries: Sequence[UUID]) -> list[DeliveryRef]:
    if not 1 <= len(deliveries) <= MOST_DELIVERIES:
        raise Invalid.at("deliveries", f"must name 1 to {MOST_DELIVERIES} deliveries")
    return [DeliveryRef(inbox.practice, delivery, inbox.staff, inbox.by) for delivery in deliveries]


def _answers(act: Callable[[DeliveryRef], object], refs: Sequence[DeliveryRef]) -> list[BulkAnswer]:
    """One answer for each, also for what was done before the database was lost; then the others aren't tried."""
    answers: list[BulkAnswer] = []
    for ref in refs:
        try:
            answers.append(_answered(act, ref))
        except DATABASE_TROUBLE as trouble:
            if all(answer.refusal is not None for answer in answers):
                raise
            not_tried = UnavailableError("The database was lost before this was tried.")
            rest = [BulkAnswer(other.delivery, not_tried) for other in refs[len(answers) + 1 :]]
            return [*answers, BulkAnswer(ref.delivery, trouble), *rest]
    return answers


def _answered(act: Callable[[DeliveryRef], object], ref: DeliveryRef) -> BulkAnswer:
    try:
        result = act(ref)
    except Refusal as refusal:
        return BulkAnswer(ref.delivery, refusal)
    return BulkAnswer(ref.delivery, marked=result if isinstance(result, MarkedDelivery) else None)


def _check_open(item: InboxItem, _now: datetime) -> None:
    """Raise Conflict for a delivery that is done."""
    if item.state is DeliveryState.DONE:
        raise Conflict(ANOTHER_ACT)


def check_done_in_bulk(item: InboxItem, now: datetime) -> None:
    """Raise LeftOut for a delivery that must not be finished in bulk; deliveries that are already done pass."""
    for leaves_out, why in LEAVES_OUT:
        if item.state is not DeliveryState.DONE and leaves_out(item, now):
            raise LeftOut(why)


def _forward_of(forward: ForwardRequest, delivery: UUID) -> ForwardRequest:
    """The forward of one delivery, with a key of its own where there is one."""
    key = forward.idempotency_key
    return replace(forward, idempotency_key=f"{key}:{delivery}" if key is not None else None)
