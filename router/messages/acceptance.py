"""What accepting reads first, and the messages that it stores."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from router.errors import Refusal
from router.messages.states import State
from router.practice.people import Practice
from router.practice.topics import Topic


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


AcceptOutcome = Receipt | Refusal


@dataclass(frozen=True, slots=True)
class KnownMessage:
    """The message that an idempotency key belongs to, and the digest of the fields it came with."""

    fingerprint: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Opening:
    """The practice as it is, whether the caller may still write, and the messages that belong to the idempotency keys.

    Read at one moment, which is that of the transaction.
    """

    practice: Practice
    key_in_force: bool
    known: Mapping[str, KnownMessage]
