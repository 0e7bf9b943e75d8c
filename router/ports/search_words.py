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
    """An index of messages' words, in a table of its own that is filled after routing."""

    def unindexed(self, limit: int) -> list[UnindexedMessage]:
        """Messages that no turn has looked at, oldest first, of any practice; those that wait to be routed are left."""

    def missing(self, practice: str, staff: str, before: Position | None, limit: int) -> list[UnindexedMessage]:
        """Of the deliveries that a search of this person looks at, the newest that are not in the index."""

    def add(self, messages: Sequence[tuple[UnindexedMessage, str]]) -> None:
        """Store the words of messages; what is there stays."""

    def looked_at(self, messages: Sequence[UnindexedMessage]) -> None:
        """Turns begin behind these messages from now on."""


class ReplyWords(Protocol):
    """An index of replies' words, likewise, filled after they were sent."""

    def unindexed(self, limit: int) -> list[UnindexedReply]:
        """Replies that no turn has looked at, oldest first, of any practice, without the newest."""

    def missing(self, practice: str, limit: int) -> list[UnindexedReply]:
        """The newest replies of the practice that no turn has looked at and no search has indexed."""

    def add(self, replies: Sequence[tuple[UnindexedReply, str]]) -> None:
        """Store the words of replies; what is there stays."""

    def found(self, practice: str, deliveries: Sequence[UUID], words: Sequence[str]) -> list[FoundReply]:
        """The replies with one of these folded words by which a search finds these deliveries; each shows its own."""

    def looked_at(self, replies: Sequence[UnindexedReply]) -> None:
        """Turns begin behind these replies from now on."""
