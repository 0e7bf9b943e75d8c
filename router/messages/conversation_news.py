"""What an open message asks for again and again: has its conversation changed, and who is writing there now."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

# Who saved a draft of a reply so recently counts as typing; pages save at least that often.
TYPING_WITHIN = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class ConversationState:
    """How far a conversation has got, without any text.

    `mark` changes with every entry, note and hand-over, with the owner and with who handles the message. `typing` are
    the colleagues who are writing a reply.
    """

    staff: str
    conversation: UUID
    mark: str
    typing: tuple[str, ...] = ()
