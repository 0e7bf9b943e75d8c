"""The repository of what the portal lists."""

from typing import Protocol
from uuid import UUID

from router.messages.conversation import Conversation
from router.messages.portal_lists import PortalReader
from router.paging import Position
from router.practice.topics import Topic


class PortalLists(Protocol):
    """Conversations as one reader may list them, page by page, without private ones for authorized users."""

    def latest(self, reader: PortalReader, before: Position | None, limit: int) -> list[Conversation]:
        """Conversations with the newest entries first; `before` is the time and id of the last one shown."""

    def of_topic(self, reader: PortalReader, topic: Topic, before: Position | None, limit: int) -> list[Conversation]:
        """The conversations of one topic, the newest first."""

    def moved_from(self, reader: PortalReader, topic: Topic, before: Position | None, limit: int) -> list[Conversation]:
        """Likewise, the conversations that had this topic until the practice moved them to another."""

    def unread(self, reader: PortalReader) -> tuple[int, int]:
        """How many entries by others this reader has not seen, and in how many conversations."""

    def newest(self, practice: str, conversation_id: UUID) -> UUID | None:
        """The entry that was written last in a conversation."""
