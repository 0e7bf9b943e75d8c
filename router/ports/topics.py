"""The repository of corrected topics."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from router.messages.conversation import Conversation
from router.messages.hand_overs import UndoneDelivery
from router.messages.topic_change import TopicChange


class Corrections(Protocol):
    """Conversations that were moved to another topic."""

    def correct(self, practice: str, conversation: Conversation, change: TopicChange) -> None:
        """Give a conversation its new topic and To:, remove its owner and chosen provider, and record that.

        Messages keep the To: that their writers saw.
        """

    def undone(self, practice: str, conversation: UUID) -> list[UndoneDelivery]:
        """The unfinished deliveries of the conversation, after locking its messages and then them."""

    def waiting(self, practice: str, conversation: UUID) -> list[UUID]:
        """The messages of the conversation that wait for an answer, or for a further one: nobody is done with them."""

    def renew_answer_by(self, practice: str, message: UUID, answer_by: datetime) -> None:
        """Set when an answer is now expected by; the first time given stays on record."""

    def changes(self, practice: str, conversations: Sequence[UUID]) -> Mapping[UUID, Sequence[TopicChange]]:
        """The corrections of these conversations, oldest first; those without any are left out."""
