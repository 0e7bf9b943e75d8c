"""The repository of what the portal lists."""

from typing import Protocol
from uuid import UUID

from router.messages.conversation import Conversation
from router.messages.portal_lists import PortalReader
from router.paging import Position
from router.practice.topics import Topic


class PortalLists(Protocol):
    """Conversations as one reader may list them, page by page; an authorized user finds nothing private."""

    def latest(self, reader: PortalReader, before: Position | None, limit: int) -> list[Conversation]:
        """Those in which somebody wrote last come first; `before` is the moment and the id of the last one shown."""

    def of_topic(self, reader: PortalReader, topic: Topic, before: Position | None, limit: int) -> list[Conversation]:
        """The conversations of one topic that were started last come first."""

    def moved_from(self, reader: PortalReader, topic: Topic, before: Position | None, limit: int) -> list[Conversation]:
        """The same of those that were of this topic until the practice moved them to another."""

    def unread(self, reader: PortalReader) -> tuple[int, int]:
        """How many entries by others this reader has not seen, and in how many conversations."""

    def newest(self, practice: str, conversation_id: UUID) -> UUID | None:
        """The entry that was written last in a conversation."""
