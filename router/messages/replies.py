"""Replies by staff, and the readers who are notified of them."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class NewReply:
    """What a member of staff answers; `shown_as` is what the patient's side reads as its author."""

    id: UUID
    conversation: UUID
    delivery: UUID
    author: str
    shown_as: str = field(repr=False)
    body: str = field(repr=False)
    fingerprint: str
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class ReplyReader:
    """Somebody on the patient's side who is notified of a reply; the patient's own id is empty."""

    id: str
    email: str = field(repr=False)
