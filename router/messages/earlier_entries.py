"""Which entries of a conversation a delivery shows at once, and which only to who asks for them, on record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from router.messages.cascade import HandOver
from router.messages.conversation import Conversation, Entry
from router.messages.hand_overs import NoteOnHandOver
from router.messages.inbox import InboxItem

# How somebody comes into a conversation that others have had so far.
CAME_LATER = frozenset({HandOver.FORWARD, HandOver.STEP})


@dataclass(frozen=True, slots=True)
class Circle:
    """Who may see a conversation from its beginning, besides those whom the cascade gave the message."""

    conversation: Conversation
    notes: Sequence[NoteOnHandOver]
    care_team: Collection[str]

    def sees_all(self, item: InboxItem) -> bool:
        """Whether the delivery shows the conversation from its beginning."""
        staff, thread = item.staff, self.conversation
        if item.recipient.step not in CAME_LATER or staff in {thread.owner, thread.chosen, *self.care_team}:
            return True
        return any(note.taker == staff and note.whole_conversation and not note.taken_back for note in self.notes)


def from_message_on(entries: Sequence[Entry], message: UUID) -> tuple[Entry, ...]:
    """The message of a delivery and what came after it."""
    place = next(index for index, entry in enumerate(entries) if entry.id == message)
    return tuple(entries[place:])
