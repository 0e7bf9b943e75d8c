"""What operators look at: what waits, what went through, what is parked, which workers live."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in one queue of a practice (None: of all): how many, and since when the oldest is due."""

    queue: str
    waiting: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Throughput:
    """What went through lately: messages accepted, inbox entries made, emails that the mail server took."""

    accepted: int
    delivered: int
    sent: int


@dataclass(frozen=True, slots=True)
class ParkedItem:
    """What a person must look at; `kind` is `message`, `delivery` or `notification`."""

    practice: str
    kind: str
    id: UUID
    reason: str
    since: datetime
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class SeenWorker:
    """A worker process that gave a sign of life."""

    id: str
    queues: str
    seen_at: datetime
