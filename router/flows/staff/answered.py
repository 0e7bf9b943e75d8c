"""What follows from a staff answer, in writing or by phone."""

from collections.abc import Sequence
from uuid import UUID

from router.messages.events import EventKind, NewEvent
from router.messages.inbox import InboxItem
from router.ports.unit_of_work import UnitOfWork


def answer(work: UnitOfWork, practice: str, item: InboxItem, messages: Sequence[UUID]) -> list[NewEvent]:
    """Mark these messages of the delivery's conversation as answered; returns the events for frontends.

    Those before the delivery's own are done for the person who answered, and nobody else has to look at them.
    """
    answered = work.replies.answer(practice, messages)
    if others := [message for message in messages if message != item.message]:
        work.replies.finish_for(practice, others, item.staff)
    return [NewEvent(EventKind.ANSWERED, item.patient, item.conversation, message) for message in answered]
