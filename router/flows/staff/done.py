"""What being done with a message means for everybody else who has it."""

from uuid import UUID

from router.coverage.taking_care import keeper, left_to_colleague
from router.flows.staff.answered import answer
from router.flows.staff.own_delivery import staffing_of
from router.messages.conversation import answered_with
from router.messages.events import EventKind, NewEvent
from router.messages.inbox import DeliveryRef, InboxItem
from router.messages.priority import Priority
from router.messages.states import Outcome
from router.ports.unit_of_work import UnitOfWork


def keeper_of(work: UnitOfWork, ref: DeliveryRef, item: InboxItem) -> str | None:
    """The colleague to whom this person leaves the message if they are done with it without saying how.

    The active owner of the conversation who has it open, or who covers for them. None where nobody else takes care of
    it, or it doesn't wait any more; and for somebody who was only asked, whose `done` is for themselves alone anyway.
    """
    if item.owner in {None, item.staff} or not item.is_held:
        return None
    if item.message not in work.corrections.waiting(ref.practice, item.conversation):
        return None
    holders = work.ladders.holders(ref.practice, item.message)
    keeps = keeper(item.owner, holders, staffing_of(work, ref.practice), work.now())
    return keeps if keeps != item.staff else None


def was_left(work: UnitOfWork, ref: DeliveryRef, item: InboxItem) -> bool:
    """Whether this person is done with the message, and has left it to a colleague who still takes care of it."""
    holders = work.ladders.holders(ref.practice, item.message)
    return any(holder.delivery == item.delivery and left_to_colleague(holder, holders) for holder in holders)


def tell_others(work: UnitOfWork, ref: DeliveryRef, item: InboxItem, *, is_answered: bool) -> None:
    """Take a message that is done from the unread lists of the others.

    Who was only asked, by a forward or a mention, is done for themselves alone; and what they were asked isn't done
    because a recipient is. What was answered is done for everybody.
    """
    if is_answered:
        work.replies.handle(ref.practice, item.message, ref.staff)
    elif item.is_held:
        work.replies.finish_for_recipients(ref.practice, item.message, ref.staff)
    if item.priority is Priority.URGENT and (is_answered or item.is_held):
        work.urgency.rest(ref.practice, item.message)


def finish(work: UnitOfWork, ref: DeliveryRef, item: InboxItem, outcome: Outcome) -> bool:
    """Record how the message was finished, and return whether this finished it.

    Answering by phone also answers all earlier messages. The patient's side sees this at once, so it can't be undone.
    Adds an event for each message that no longer needs an answer.
    """
    work.undo.forget(ref.practice, ref.delivery)
    is_new = work.replies.finish(ref.practice, item.message, outcome)
    finished = [item.message] if is_new else []
    events: list[NewEvent] = []
    if outcome is Outcome.ANSWERED_BY_PHONE:
        entries = work.conversations.written(ref.practice, [item.conversation])
        messages = answered_with(entries, None, item.message)
        finished += work.replies.kept_open(ref.practice, messages)
        events += answer(work, ref.practice, item, messages)
    events += [_finished(item, message, outcome) for message in finished]
    work.events.add(ref.practice, events)
    return is_new


def _finished(item: InboxItem, message: UUID, outcome: Outcome) -> NewEvent:
    more = {"outcome": outcome.value}
    return NewEvent(EventKind.FINISHED, item.patient, item.conversation, message, more)
