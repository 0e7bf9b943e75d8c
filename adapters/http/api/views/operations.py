"""What waits and what is stuck."""

from uuid import UUID

from pydantic import Field

from adapters.http.view import NextCursor, UtcTime, View
from router.flows.operator.operations import Status
from router.operations.status import Backlog

KIND = "`message`, `delivery`, `notification` or `step` (of a ladder)."


class QueueView(View):
    """What is waiting in one queue."""

    queue: str = Field(description="`route`, `notify` or `escalate`.")
    waiting: int = Field(description="How many are due.")
    oldest: UtcTime | None = Field(description="Since when the oldest has been due; null if nothing is waiting.")
    age_seconds: float = Field(description="For how many seconds the oldest has been due.")

    @classmethod
    def of(cls, backlog: Backlog, status: Status) -> "QueueView":
        """Show one queue."""
        age = round(status.age_seconds(backlog.oldest), 3)
        return cls(queue=backlog.queue, waiting=backlog.waiting, oldest=backlog.oldest, age_seconds=age)


class ParkedCountView(View):
    """How many items are parked for one reason."""

    kind: str = Field(description=KIND)
    reason: str = Field(description="The reason.")
    count: int = Field(description="How many.")


class QuarantinedCountView(View):
    """How many messages from the broker intake could not be accepted for one reason."""

    reason: str = Field(description="The reason.")
    count: int = Field(description="How many.")


class WorkerView(View):
    """A worker process that reported recently."""

    id: str = Field(description="The worker's id.")
    queues: str = Field(description="The queues that it serves, separated by commas.")
    seen_at: UtcTime = Field(description="When it last reported.")


class RelayView(View):
    """The mail relay."""

    paused_until: UtcTime | None = Field(description="Until when sending is paused; null: the relay works.")
    answer: str | None = Field(description="The relay's reply; null: the relay works.")


class BacklogView(View):
    """What is waiting in the practice. Workers and relay belong to the whole installation."""

    at: UtcTime = Field(description="The time of this report.")
    queues: list[QueueView] = Field(description="Items waiting, by queue.")
    parked: list[ParkedCountView] = Field(description="What needs a person's attention, by kind and reason.")
    quarantined: list[QuarantinedCountView] = Field(description="What the broker intake could not accept, by reason.")
    workers: list[WorkerView] = Field(description="The active worker processes.")
    relay: RelayView = Field(description="The mail relay.")

    @classmethod
    def of(cls, status: Status) -> "BacklogView":
        """Show one report."""
        return cls(
            at=status.at,
            queues=[QueueView.of(backlog, status) for backlog in status.backlog],
            parked=[ParkedCountView(kind=kind, reason=reason, count=count) for kind, reason, count in status.parked],
            quarantined=[QuarantinedCountView(reason=reason, count=count) for reason, count in status.quarantined],
            workers=[WorkerView.model_validate(worker) for worker in status.workers],
            relay=RelayView(paused_until=status.relay_paused_until, answer=status.relay_answer),
        )


class ParkedView(View):
    """Something that needs a person's attention."""

    id: UUID = Field(description="Its id; of a `step`, that of its message.")
    kind: str = Field(description=KIND)
    reason: str = Field(description="Why it is parked.")
    since: UtcTime = Field(description="Since when.")
    answer: str | None = Field(description="The mail server's reply; null if it isn't a notification.")


class ParkedPageView(View):
    """A page of what is parked, newest first."""

    items: list[ParkedView] = Field(description="What is parked, on this page.")
    next: NextCursor


class HealthView(View):
    """The service is well."""

    status: str = Field(description="`ok`.")
