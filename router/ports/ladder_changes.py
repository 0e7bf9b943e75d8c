"""The repository of changes that must be applied to open runs of ladders."""

from collections.abc import Collection, Sequence
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
    """How far a change has been applied: the time of a waiting step and its message, or the message alone."""

    id: UUID
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TakenChange:
    """A change that one transaction applies, with its practice locked."""

    practice: Practice
    change: LadderChange
    after: Place | None


@dataclass(frozen=True, slots=True)
class WaitingRuns:
    """Runs whose steps aren't due yet, how far the change is applied after these, and whether they are the last."""

    claimed: ClaimedRuns
    after: Place | None
    are_last: bool


@dataclass(frozen=True, slots=True)
class OpenMessage:
    """A message waiting for an answer, and the steps of its current run, if it has one.

    Messages on the ladder of urgent messages aren't included: they stay on it.
    """

    message: UUID
    site: str | None
    topic: Topic
    accepted_at: datetime
    steps: Ladder
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class UnreadableMessage:
    """A message whose topic, or the steps of whose run, can't be read, and why."""

    message: UUID
    error: Exception


@dataclass(frozen=True, slots=True)
class OpenMessages:
    """The number of messages of one place, topic and priority waiting for an answer, and their current runs' steps."""

    site: str | None
    topic: Topic
    steps: Ladder
    count: int
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class CountedOpen:
    """Open messages, counted; `are_all`: only the newest were counted if False."""

    messages: Sequence[OpenMessages]
    are_all: bool


class LadderChanges(Protocol):
    """Changes, each of which is applied in slices."""

    def note(self, practice: str, change: LadderChange) -> None:
        """Have this change applied to all open runs, starting over if that had already begun."""

    def are_there(self) -> bool:
        """Whether there is any change to apply."""

    def take(self, besides: Collection[str] = ()) -> TakenChange | None:
        """Take a change that nobody else is applying at the moment, but of none of these practices; None: no change."""

    def claim_waiting(self, taken: TakenChange, limit: int) -> WaitingRuns:
        """Take the next runs whose steps aren't due yet, as `Ladders.claim` does.

        A run that others have locked is left for the next time, with everything after it.
        """

    def open_messages(self, taken: TakenChange, limit: int) -> list[OpenMessage | UnreadableMessage]:
        """The next messages that wait for an answer, by id, of the last 60 days."""

    def go_on(self, taken: TakenChange, after: Place | None) -> None:
        """Record how far the change has been applied."""

    def finish(self, taken: TakenChange) -> None:
        """Record that the change has been applied completely."""

    def count_open(self, practice: str, limit: int) -> CountedOpen:
        """How many messages of the last 60 days wait for an answer, by place, topic and steps.

        Looks at so many messages that nobody has answered: the newest.
        """
