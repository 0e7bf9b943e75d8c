"""What colleagues write to each other about a conversation. It is part of the record, and no patient reads it."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from router.errors import FieldError
from router.text import problem_with

NOTE_LIMIT = 2_000
MOST_MENTIONS = 20


@dataclass(frozen=True, slots=True)
class NewStaffNote:
    """A note to store; `mentions` are the ids of the colleagues it is meant for; empty: nobody in particular."""

    id: UUID
    conversation: UUID
    delivery: UUID
    author: str
    text: str = field(repr=False)
    mentions: tuple[str, ...]
    fingerprint: str
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class StaffNote:
    """A note as colleagues read it in the thread."""

    id: UUID
    at: datetime
    author: str
    text: str = field(repr=False)
    mentions: tuple[str, ...] = ()


def problems_with_note(text: str, mentions: tuple[str, ...]) -> list[FieldError]:
    """What is wrong with a note."""
    errors = []
    wrong = problem_with(text, NOTE_LIMIT, lines=True)
    if wrong:
        errors.append(FieldError("text", wrong))
    if len(mentions) > MOST_MENTIONS:
        errors.append(FieldError("mentions", f"must name at most {MOST_MENTIONS} colleagues"))
    return errors
