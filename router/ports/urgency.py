"""The repository of message priorities and their changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from router.messages.priority import PriorityChange, Urgency
from router.messaging.red_flags import Mark


@dataclass(frozen=True, slots=True)
class MarkCount:
    """How many messages a phrase marked, and how many of them staff lowered."""

    mark: Mark
    marked: int
    lowered: int


@dataclass(frozen=True, slots=True)
class WrittenText:
    """What a message says, with the subject where it is the first of its conversation."""

    message: UUID
    text: str = field(repr=False)


class Urgencies(Protocol):
    """Priorities and their changes."""

    def change(self, practice: str, message: UUID, change: PriorityChange, urgency: Urgency | None) -> None:
        """Give a message another priority, and record that; `urgency` says why it is urgent, None keeps what was said.

        The phrases that marked it count as lowered while staff have lowered it.
        """

    def changes(self, practice: str, message: UUID) -> list[PriorityChange]:
        """What became of a message's priority, oldest first."""

    def rest(self, practice: str, message: UUID) -> None:
        """Stop listing it first, because somebody has finished it."""

    def rise(self, practice: str, message: UUID) -> None:
        """List it first again if it is urgent, because it is open once more."""

    def counts(self, practice: str, since: datetime) -> Sequence[MarkCount]:
        """By phrase, the number of messages marked since then, most frequent first."""

    def count_trial(self, practice: str, day: str) -> int:
        """Count a trial of phrases on this day (YYYY-MM-DD); returns the number of it, from 1."""

    def texts(self, practice: str, since: datetime, before: UUID | None, limit: int) -> Sequence[WrittenText]:
        """The texts written since then, newest first, before this message."""
