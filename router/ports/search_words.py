"""The repositories of the words by which messages and replies are found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from router.messages.passages import FoundReply
from router.paging import Position


@dataclass(frozen=True, slots=True)
class UnindexedMessage:
    """A message whose words are not in the index yet."""

    practice: str
    message: UUID
    subject: str = field(repr=False)
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class UnindexedReply:
    """A reply of staff whose words are not in the index yet."""

    practice: str
    conversation: UUID
    reply: UUID
    body: str = field(repr=False)


class SearchWords(Protocol):
    """An index of the words in messages, in its own table, which is filled after routing."""

    def unindexed(self, limit: int) -> list[UnindexedMessage]:
        """Messages of any practice that haven't been indexed, oldest first, without the most recent ones.

        Nor are there any behind one that waits to be routed.
        """

    def missing(self, practice: str, staff: str, before: Position | None, limit: int) -> list[UnindexedMessage]:
        """The newest messages that a search by this person covers, and that nobody has indexed."""

    def add(self, messages: Sequence[tuple[UnindexedMessage, str]]) -> None:
        """Store the words of messages, except those that are already stored."""

    def looked_at(self, messages: Sequence[UnindexedMessage]) -> None:
        """Record that indexing continues after these messages."""


class ReplyWords(Protocol):
    """Likewise, an index of the words in replies, which is filled after they are sent."""

    def unindexed(self, limit: int) -> list[UnindexedReply]:
        """Replies of any practice that haven't been indexed, oldest first, without the most recent ones."""

    def missing(self, practice: str, limit: int) -> list[UnindexedReply]:
        """The newest replies of the practice that neither the sweep nor a search has indexed."""

    def add(self, replies: Sequence[tuple[UnindexedReply, str]]) -> None:
        """Store the words of replies, except those that are already stored."""

    def found(self, practice: str, deliveries: Sequence[UUID], words: Sequence[str]) -> list[FoundReply]:
        """The replies with one of these folded words by which a search finds these deliveries; each shows its own."""

    def looked_at(self, replies: Sequence[UnindexedReply]) -> None:
        """Record that indexing continues after these replies."""
