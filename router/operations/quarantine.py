"""What came over the broker: what could be read of it, and what is kept aside because it can't be taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

# As over HTTP.
LARGEST_BYTES = 256 * 1024
KEPT_FOR = timedelta(days=30)
# What a producer may send. Names that aren't here are texts of somebody, and are not told.
KNOWN_FIELDS = (
    "key", "idempotency_key", "patient", "sender", "conversation", "site", "topic", "to", "subject", "body", "private",
)  # fmt: skip


class Unreadable(StrEnum):
    """Why something could not even be read; other reasons are the slugs of refusals (router.errors)."""

    NOT_A_MESSAGE = "not-a-message"
    CONTENT_TYPE = "wrong-content-type"
    TOO_LARGE = "too-large"
    NOT_JSON = "not-json"
    NOT_AN_OBJECT = "not-an-object"
    UNKNOWN_TASK = "unknown-task"


@dataclass(frozen=True, slots=True)
class IntakeMessage:
    """One message off the broker: the object that it is, or why it can't be read.

    `digest` is that of all bytes that came, `size` the length of the body in bytes, which is `body` without any key.
    """

    digest: str
    size: int
    body: bytes = field(repr=False)
    value: Mapping[str, object] | None = field(default=None, repr=False)
    unreadable: Unreadable | None = None


@dataclass(frozen=True, slots=True)
class NewQuarantined:
    """Something to keep: which practice's it is (where that is known), why, and which of its fields are wrong."""

    arrived: IntakeMessage
    practice: str | None
    reason: str
    wrong: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that came, as far as their names are known."""
        return tuple(name for name in KNOWN_FIELDS if name in (self.arrived.value or {}))


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Something that is kept, as operators see it; `message` is what it became in the end."""

    id: UUID
    practice: str | None
    reason: str
    wrong: tuple[str, ...]
    fields: tuple[str, ...]
    size: int
    received_at: datetime
    done_at: datetime | None = None
    message: UUID | None = None
