"""What the page of an open message polls for: whether its conversation has changed, and who is writing now."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

# Who saved a draft of a reply so recently counts as typing; pages save at least that often.
TYPING_WITHIN = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class ConversationState:
    """The state of a conversation, without any text.

    `mark` changes with every entry, note and hand-over, and when the owner or handler changes. `typing` are the
    colleagues who are writing a reply.
    """

    staff: str
    conversation: UUID
    mark: str
    typing: tuple[str, ...] = ()
