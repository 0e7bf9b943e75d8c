"""What waits and what is stuck."""

from uuid import UUID

from pydantic import Field

from adapters.http.view import NextCursor, UtcTime, View
from router.flows.operator.operations import Status
from router.operations.status import Backlog


class QueueView(View):
    """What waits in one queue."""

    queue: str = Field(description="`route` or `notify`.")
    waiting: int = Field(description="How many are due.")
    oldest: UtcTime | None = Field(description="Since when the oldest is due; null: nothing waits.")
    age_seconds: float = Field(description="For how many seconds the oldest is due.")

    @classmethod
    def of(cls, backlog: Backlog, status: Status) -> "QueueView":
        """Show one queue."""
        age = round(status.age_seconds(backlog.oldest), 3)
        return cls(queue=backlog.queue, waiting=backlog.waiting, oldest=backlog.oldest, age_seconds=age)


class ParkedCountView(View):
    """How many are parked for one reason."""

    kind: str = Field(description="`message`, `delivery` or `notification`.")
    reason: str = Field(description="Why they are parked.")
    count: int = Field(description="How many.")


class QuarantinedCountView(View):
    """How many messages of the broker intake could not be taken for one reason."""

    reason: str = Field(description="Why they could not be taken.")
    count: int = Field(description="How many.")


class WorkerView(View):
    """A worker process that gave a sign of life lately."""

    id: str = Field(description="The worker's id.")
    queues: str = Field(description="The queues that it works on, separated by commas.")
    seen_at: UtcTime = Field(description="When it last gave a sign of life.")


class RelayView(View):
    """The mail relay."""

    paused_until: UtcTime | None = Field(description="Until when sending pauses; null: the relay works.")
    answer: str | None = Field(description="What the relay answered; null: the relay works.")


class BacklogView(View):
    """What waits in the practice. Workers and relay are those of the installation."""

    at: UtcTime = Field(description="The moment of this report.")
    queues: list[QueueView] = Field(description="What waits, by queue.")
    parked: list[ParkedCountView] = Field(description="What a person must look at, by kind and reason.")
    quarantined: list[QuarantinedCountView] = Field(description="What the broker intake could not take, by reason.")
    workers: list[WorkerView] = Field(description="The worker processes that live.")
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
    """Something that a person must look at."""

    id: UUID = Field(description="Its id.")
    kind: str = Field(description="`message`, `delivery` or `notification`.")
    reason: str = Field(description="Why it is parked.")
    since: UtcTime = Field(description="Since when.")
    answer: str | None = Field(description="What the mail server answered; null: it is no notification.")


class ParkedPageView(View):
    """A page of what is parked, newest first."""

    items: list[ParkedView] = Field(description="What is parked, on this page.")
    next: NextCursor


class HealthView(View):
    """The service is well."""

    status: str = Field(description="`ok`.")
