"""The repository of ladders: runs of messages, and the steps that are due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from router.coverage.ladder_decisions import Decision, Ending, Holder
from router.coverage.ladders import DueStep, Progress, Run
from router.messages.cascade import Question
from router.messages.notification import Notice
from router.messages.routing import NewDelivery
from router.messages.states import State
from router.messages.trace import TracedStepOfLadder
from router.messaging.ladder import Do
from router.operations.overdue import OverdueMessage
from router.practice.people import Practice


@dataclass(frozen=True, slots=True)
class ClaimedRun:
    """A run whose row in the queue was taken, with its message as it is now that it is held.

    `waited_since` is the moment of that row. `ending` says why the run is over, None while it goes on; `failed` that
    its step failed too often.
    """

    run: Run
    progress: Progress
    waited_since: datetime
    conversation: UUID
    patient: str
    question: Question
    private: bool
    state: State
    holders: tuple[Holder, ...]
    ending: Ending | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message that the transaction holds, with everybody who has or had it."""

    conversation: UUID
    question: Question
    private: bool
    state: State
    patient: str
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class ClaimedRuns:
    """Runs that one transaction holds, with their practices, whose rosters and settings are held still."""

    runs: tuple[ClaimedRun, ...]
    practices: Mapping[str, Practice]
    at: datetime


@dataclass(frozen=True, slots=True)
class Climbed:
    """What became of a claimed run: the step that was done with, if any, and when it is due again (None: never)."""

    claimed: ClaimedRun
    due_at: datetime | None
    due_do: Do | None = None
    step: DueStep | None = None
    decision: Decision | None = None
    notices: tuple[Notice, ...] = ()
    deliveries: tuple[NewDelivery, ...] = ()


class Ladders(Protocol):
    """Runs and their steps."""

    def known(self, practice: str, messages: Sequence[UUID]) -> frozenset[UUID]:
        """Those of these messages that have had a run."""

    def begin(self, runs: Sequence[tuple[Run, DueStep | None]]) -> None:
        """Store new runs, each with the step that is due first (None: never)."""

    def latest(self, practice: str, message: UUID) -> Run | None:
        """The newest run of a message, over or not; None where there is none."""

    def end(self, practice: str, message: UUID, ending: Ending) -> None:
        """End the message's current run, if it has one: no step of it is due any more."""

    def claim(self, limit: int) -> ClaimedRuns:
        """Take rows of the queue that are due, with their messages; what others hold is skipped and stays.

        Locks in the order of practice, conversation, message, deliveries; everything is read after that.
        """

    def look_at_all(self) -> None:
        """Now and then, let the next claim of this process look for whatever is due, however long it takes."""

    def claim_one(self, practice: str, message: UUID) -> ClaimedRuns:
        """Take the row of this message, if it waits and nobody else holds it."""

    def climb(self, climbed: Sequence[Climbed]) -> None:
        """Record what became of claimed runs. A step that was done with before is an error of the database."""

    def count_failure(self, practice: str, message: UUID, retry_after: timedelta, alert_after: int) -> bool:
        """Count a failed try; at `alert_after` of them the step is listed as parked, and True returned."""

    def steps(self, practice: str, message: UUID) -> list[TracedStepOfLadder]:
        """What the steps of a message's runs did, oldest first."""

    def holders(self, practice: str, message: UUID) -> list[Holder]:
        """Everybody who has or had the message; nothing is locked."""

    def hold(self, practice: str, message: UUID) -> HeldMessage | None:
        """Lock a message with its conversation and its deliveries, and read it; None where somebody else holds it."""

    def overdue(self, practice: str, limit: int) -> list[OverdueMessage]:
        """Messages that were alerted or are past their answer-by, and not answered; those alerted first come first."""

    def is_overdue(self, practice: str, message: UUID) -> bool:
        """Whether this message is one of them."""

    def overdue_count(self, practice: str) -> int:
        """How many there are, counted up to a thousand."""
