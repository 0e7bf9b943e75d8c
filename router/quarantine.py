"""What came over the broker: what could be read of it, and what is kept aside because it can't be taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
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
class Arrived:
    """One message off the broker: the object that it is, or why it can't be read.

    `digest` is that of all bytes that came, `size` the length of the body in bytes, which is `body` without any key.
    """

    digest: str
    size: int
    body: bytes = field(repr=False)
    value: Mapping[str, object] | None = field(default=None, repr=False)
    unreadable: Unreadable | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """Something to keep: which practice's it is (where that is known), why, and which of its fields are wrong."""

    arrived: Arrived
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


class Quarantines(Protocol):
    """What is kept aside."""

    def add(self, kept: list[tuple[UUID, Kept]]) -> list[UUID]:
        """Keep these under new ids; what is kept already is left as it is. Says which are new."""

    def items(self, practice: str | None, before: UUID | None, limit: int, *, done: bool) -> list[Quarantined]:
        """What is kept of one practice or of all, newest first; `done`: also what was accepted in the end."""

    def get(self, item: UUID) -> tuple[Quarantined, bytes | None] | None:
        """One of them with its body."""

    def refuse(self, item: UUID, reason: str, wrong: tuple[str, ...]) -> None:
        """It was refused again, for this reason now."""

    def finish(self, item: UUID, message: UUID) -> None:
        """It became this message: its body is no longer kept here."""

    def counts(self, practice: str | None) -> dict[str, int]:
        """How many wait for a person, by reason, of one practice or of all."""

    def expired(self, before: datetime) -> bool:
        """Whether something came before this moment."""

    def purge(self, before: datetime) -> dict[str | None, int]:
        """Delete what came before this moment; says how many of which practice."""
