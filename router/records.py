"""The values that cross between the flows and the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from router.actors import Actor, Scope
from router.cascade import Question, Recipient, Resolution
from router.message import DeliveryState, State
from router.notification import Suppression
from router.topics import Topic

# Where a page of a list begins: the moment and the id of the last one shown.
Position = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Key:
    """An API key of a practice, without its secret; `digest` is what is compared."""

    id: str
    practice: str
    scopes: frozenset[Scope]
    digest: str
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to store, together with the conversation where it starts one."""

    id: UUID
    conversation: UUID
    patient: str
    sender: str | None
    topic: Topic
    site: str | None
    chosen: str | None
    display_name: str
    subject: str = field(repr=False)
    body: str = field(repr=False)
    private: bool
    idempotency_key: str
    fingerprint: str
    starts_conversation: bool = True


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the patient's side may know of a message."""

    id: UUID
    conversation: UUID
    status: State
    to: str
    accepted_at: datetime
    delivered_at: datetime | None = None
    opened_at: datetime | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KnownMessage:
    """The message that an idempotency key belongs to, and the digest of the fields it came with."""

    fingerprint: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Claim:
    """An accepted message that this batch holds; nobody else has it until the transaction ends.

    What the cascade asks about it is as it is stored, not read yet: what can't be read must not hide what was claimed.
    `returned` says that it waited before: it was parked, or a try went wrong.
    """

    practice: str
    message: UUID
    conversation: UUID
    returned: bool
    patient: str
    topic: str
    site: str | None
    owner: str | None
    chosen: str | None

    def read(self) -> "ClaimedMessage":
        """Read it. Raises ValueError for a topic that is not known."""
        question = Question(Topic(self.topic), self.site, self.owner, self.chosen)
        return ClaimedMessage(self.practice, self.message, self.conversation, self.patient, question, self.returned)


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A claimed message and what the cascade is asked about it; `returned` as of its claim."""

    practice: str
    message: UUID
    conversation: UUID
    patient: str
    question: Question
    returned: bool = True


# Freezing one would take as long as making it, and one is made for each recipient.
@dataclass(slots=True)
class NewDelivery:
    """An inbox entry to store, with a notification of the same id, suppressed at once where it could reach nobody."""

    id: UUID
    recipient: Recipient
    suppressed: Suppression | None = None
    address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Routed:
    """What became of a claimed message; without deliveries it is parked."""

    claimed: ClaimedMessage
    resolution: Resolution
    deliveries: tuple[NewDelivery, ...]


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One delivery as its recipient sees it."""

    delivery: UUID
    staff: str
    message: UUID
    conversation: UUID
    topic: Topic
    site: str | None
    patient: str
    patient_name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    record_number: str | None = field(repr=False)
    sender: str | None
    sender_name: str | None = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    state: DeliveryState
    owner: str | None
    handled_by: str | None
    recipient: Recipient
    received_at: datetime


@dataclass(frozen=True, slots=True)
class InboxPatient:
    """A patient somebody has a message of."""

    id: str
    name: str = field(repr=False)
    record_number: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pulse:
    """What changes when something comes into an inbox: how many are unread, and when the newest of them came."""

    unread: int
    newest: datetime | None


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
class StoredResolution:
    """A resolution as it was stored, the number counting those of one message from 1."""

    number: int
    resolution: Resolution


@dataclass(frozen=True, slots=True)
class DistributionVersion:
    """One saved version: who, when, and what changed in words."""

    version: int
    at: datetime
    actor: Actor
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An audit row as it is listed."""

    id: UUID
    practice: str
    at: datetime
    actor: Actor
    action: str
    subject: str
    details: Mapping[str, str | int | bool | list[str]]


@dataclass(frozen=True, slots=True)
class SeenWorker:
    """A worker process that gave a sign of life."""

    id: str
    queues: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Breach:
    """A row that breaks a promise: its number, the practice, the thing's id, and what is wrong."""

    promise: int
    practice: str
    id: str
    problem: str
