"""The conversation of a delivery as staff read it."""

from dataclasses import dataclass

from router.messages.conversation import Conversation, Entry
from router.messages.hand_overs import NoteOnHandOver
from router.messages.inbox import InboxItem
from router.ports.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class StaffThread:
    """A conversation as staff see it: real names, and the notes that they wrote to each other."""

    conversation: Conversation
    entries: tuple[Entry, ...]
    notes: tuple[NoteOnHandOver, ...]
    names: dict[str, str]


def read_thread(work: UnitOfWork, practice: str, item: InboxItem, names: dict[str, str]) -> StaffThread:
    """The whole conversation of a delivery; `names` are those of the practice's staff, by id."""
    conversation = work.conversations.get(practice, [item.conversation])[item.conversation]
    return StaffThread(
        conversation,
        tuple(work.conversations.entries(practice, [conversation.id])),
        tuple(work.replies.notes(practice, conversation.id)),
        names,
    )
