"""The repository of changes that open runs of ladders must follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from router.messaging.ladder import Ladder
from router.ports.ladders import ClaimedRuns
from router.practice.people import Practice
from router.practice.topics import Topic


class LadderChange(StrEnum):
    """What was changed."""

    # Opening hours or a time zone: the steps that wait are due at other moments.
    HOURS = "hours"
    # A ladder, and an administrator wants open messages to have it, too.
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Place:
    """How far following a change has come: the moment of a step that waits, and its message; or the message alone."""

    id: UUID
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TakenChange:
    """A change that one transaction follows, with its practice held still."""

    practice: Practice
    change: LadderChange
    after: Place | None


@dataclass(frozen=True, slots=True)
class WaitingRuns:
    """Runs whose steps aren't due yet, how far a change was followed with these, and whether they are the last."""

    claimed: ClaimedRuns
    after: Place | None
    are_last: bool


@dataclass(frozen=True, slots=True)
class OpenMessage:
    """A message that waits for an answer, and the steps of its current run, if it has one.

    What climbs the ladder of urgent messages already isn't one of them, and goes on with it.
    """

    message: UUID
    site: str | None
    topic: Topic
    accepted_at: datetime
    steps: Ladder
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class OpenMessages:
    """How many messages of one place, topic and priority wait for an answer, and the steps of their current runs."""

    site: str | None
    topic: Topic
    steps: Ladder
    count: int
    urgent: bool = False


class LadderChanges(Protocol):
    """Changes, each of which is followed in slices."""

    def note(self, practice: str, change: LadderChange) -> None:
        """Let open runs follow this change from the first to the last, also where they had begun to."""

    def are_there(self) -> bool:
        """Whether there is any change to follow."""

    def take(self) -> TakenChange | None:
        """Take one that nobody else is following just now; None where there is none."""

    def claim_waiting(self, taken: TakenChange, limit: int) -> WaitingRuns:
        """Take the next runs whose steps aren't due yet, as `Ladders.claim` does.

        What others hold is left for the next time, with everything after it.
        """

    def open_messages(self, taken: TakenChange, limit: int) -> list[OpenMessage]:
        """The next messages that wait for an answer, by id, of the last 60 days."""

    def go_on(self, taken: TakenChange, after: Place | None) -> None:
        """Note how far the change was followed."""

    def finish(self, taken: TakenChange) -> None:
        """Note that everything has followed the change."""

    def count_open(self, practice: str) -> Sequence[OpenMessages]:
        """How many messages of the last 60 days wait for an answer, by place, topic and steps."""
