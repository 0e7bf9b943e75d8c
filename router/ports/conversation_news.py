"""The repository of how far a conversation has got."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from router.messages.conversation_news import ConversationState


class ConversationNews(Protocol):
    """How far conversations have got; no text is read."""

    def state(self, practice: str, delivery: UUID, typing_since: datetime) -> ConversationState | None:
        """The state of a delivery's conversation; None for a delivery that there is not.

        Whoever saved a draft of a reply since `typing_since`, besides the person whose delivery it is, is typing.
        """
