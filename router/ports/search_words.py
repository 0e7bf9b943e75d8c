"""The repository of the words by which messages are found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from router.paging import Position


@dataclass(frozen=True, slots=True)
class UnindexedMessage:
    """A message whose words are not in the index yet."""

    practice: str
    message: UUID
    subject: str = field(repr=False)
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
