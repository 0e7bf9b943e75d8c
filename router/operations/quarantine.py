"""Messages from the broker: what could be read of them, and those quarantined because they can't be accepted."""

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
    """Why a message could not be read; other reasons are the slugs of refusals (router.errors)."""

    NOT_A_MESSAGE = "not-a-message"
    CONTENT_TYPE = "wrong-content-type"
    TOO_LARGE = "too-large"
    NOT_JSON = "not-json"
    NOT_AN_OBJECT = "not-an-object"
    UNKNOWN_TASK = "unknown-task"


@dataclass(frozen=True, slots=True)
class IntakeMessage:
    """One message from the broker: the parsed object, or why it can't be read.

    `digest` is that of all received bytes; `size` is the length of the body in bytes; `body` is the body without keys.
    """

    digest: str
    size: int
    body: bytes = field(repr=False)
    value: Mapping[str, object] | None = field(default=None, repr=False)
    unreadable: Unreadable | None = None


@dataclass(frozen=True, slots=True)
class NewQuarantined:
    """A message to quarantine: its practice, if known, the reason, and the names of its wrong fields."""

    arrived: IntakeMessage
    practice: str | None
    reason: str
    wrong: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The received fields whose names are known."""
        return tuple(name for name in KNOWN_FIELDS if name in (self.arrived.value or {}))


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A quarantined message as operators see it; `message` is the id under which it was later accepted."""

    id: UUID
    practice: str | None
    reason: str
    wrong: tuple[str, ...]
    fields: tuple[str, ...]
    size: int
    received_at: datetime
    done_at: datetime | None = None
    message: UUID | None = None
