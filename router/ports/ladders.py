"""The repository of ladders: runs of messages, and the steps that are due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from router.coverage.ladder_decisions import Decision, Ending, Holder
from router.coverage.ladders import DueStep, NewRuns, Progress, Run
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
    """A run whose row was taken from the queue, with its message, read after locking.

    `waited_since` is the time of that row. `ending` says why the run has ended, None while it continues; `failed`: its
    step failed too often.
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
class UnreadableRun:
    """A claimed run of which something can't be read: it is damaged, or was written by a later release.

    The rest is as in `ClaimedRun`. `run` has no steps; `last_step` is the place of the last one, which is the alert,
    and `was_alerted` says whether that was carried out.
    """

    run: Run
    last_step: int
    waited_since: datetime
    error: Exception
    ending: Ending | None = None
    failed: bool = False
    was_alerted: bool = False


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message that the transaction has locked, with everybody who has or had it."""

    conversation: UUID
    question: Question
    private: bool
    state: State
    patient: str
    holders: tuple[Holder, ...]
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class ClaimedRuns:
    """Runs that one transaction has locked, with their practices, whose rosters and settings are locked as well."""

    runs: tuple[ClaimedRun, ...]
    practices: Mapping[str, Practice]
    at: datetime
    unreadable: tuple[UnreadableRun, ...] = ()

    @property
    def messages(self) -> list[tuple[str, UUID]]:
        """The practice and id of every message whose run was claimed."""
        runs = [*(one.run for one in self.runs), *(one.run for one in self.unreadable)]
        return [(run.practice, run.message) for run in runs]


AnyRun_co = TypeVar("AnyRun_co", bound=ClaimedRun | UnreadableRun, covariant=True)


@dataclass(frozen=True, slots=True)
class Climbed(Generic[AnyRun_co]):
    """The outcome of a claimed run: the step carried out or skipped, if any, and when to look at it again.

    `due_at` is None for a run that has ended, and `due_do` where no step is due then.
    """

    claimed: AnyRun_co
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

    def begin(self, runs: Sequence[NewRuns]) -> None:
        """Store new runs, each with the step that is due first."""

    def latest(self, practice: str, message: UUID) -> Run | None:
        """The newest run of a message, over or not; None where there is none."""

    def end(self, practice: str, message: UUID, ending: Ending) -> None:
        """End the message's current run, if it has one: no step of it is due any more."""

    def claim(self, limit: int) -> ClaimedRuns:
        """Take due rows of the queue, with their messages; rows that others have locked are skipped and stay.

        Practices get equal shares while that fills the batch; one that is being changed is left out.

        Locks in the order of practice, conversation, message, deliveries; everything is read after that.
        """

    def look_at_all(self) -> None:
        """Occasionally have this process's next claim look for everything that is due, however long it takes."""

    def watch(self, within: timedelta, limit: int) -> int:
        """Have runs looked at within this time that nothing would look at again; returns how many: `limit` at most."""

    def claim_one(self, practice: str, message: UUID) -> ClaimedRuns:
        """Take the row of this message, if there is one and nobody else has locked it."""

    def climb(self, climbed: Sequence[Climbed[ClaimedRun | UnreadableRun]]) -> None:
        """Record the outcomes of claimed runs. Recording a step twice is an error of the database."""

    def count_failure(self, practice: str, message: UUID, retry_after: timedelta, alert_after: int) -> bool:
        """Count a failed attempt, whether or not the run can be read.

        After `alert_after` of them, list the step as parked and return True.
        """

    def steps(self, practice: str, message: UUID) -> list[TracedStepOfLadder]:
        """What the steps of a message's runs did, oldest first."""

    def holders(self, practice: str, message: UUID) -> list[Holder]:
        """Everybody who has or had the message; nothing is locked."""

    def hold(self, practice: str, message: UUID) -> HeldMessage | None:
        """Lock a message with its conversation and deliveries, and read it; None if somebody else has locked it."""

    def overdue(self, practice: str, limit: int) -> list[OverdueMessage]:
        """Unanswered messages with an alert or past their answer-by; those with the earliest alert come first."""

    def is_overdue(self, practice: str, message: UUID) -> bool:
        """Whether this message is one of them."""

    def overdue_count(self, practice: str) -> int:
        """How many there are, counted up to a thousand."""
