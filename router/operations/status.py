"""What operators look at: backlog, throughput, parked items and live workers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Backlog:
    """The backlog of one queue, of a practice (None: of all): how many items, and since when the oldest is due."""

    queue: str
    waiting: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Throughput:
    """Recent throughput: messages accepted, inbox entries created, emails that the mail server accepted."""

    accepted: int
    delivered: int
    sent: int


@dataclass(frozen=True, slots=True)
class ParkedItem:
    """An item that needs a person's attention; `kind` is `message`, `delivery` or `notification`."""

    practice: str
    kind: str
    id: UUID
    reason: str
    since: datetime
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class ParkedSlice:
    """At most `limit` items of one kind that were parked for this reason since then, whose ids follow `after`."""

    reason: str
    since: datetime
    limit: int
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class SeenWorker:
    """A worker process that reported recently."""

    id: str
    queues: str
    seen_at: datetime
