"""The repository of the state of conversations, for pages that watch them."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from router.messages.conversation_news import ConversationState


class ConversationNews(Protocol):
    """The state of conversations; no text is read."""

    def state(self, practice: str, delivery: UUID, typing_since: datetime) -> ConversationState | None:
        """The state of a delivery's conversation; None if there is no such delivery.

        Colleagues who have saved a draft of a reply since `typing_since` count as typing.
        """
