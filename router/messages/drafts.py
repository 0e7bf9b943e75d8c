"""Drafts: what staff have begun to write but not sent. Only the author sees them: no search, trace, report or event."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from router.messages.message import BODY_LIMIT
from router.text import problem_with

# Longer than what can be sent: a text that has to be shortened first is kept too.
DRAFT_LIMIT = 2 * BODY_LIMIT
KEPT_FOR = timedelta(days=14)


class DraftKind(StrEnum):
    """What the text is for: a reply, the note of a forward, or a note for colleagues. A delivery has one of each."""

    REPLY = "reply"
    NOTE = "note"
    COLLEAGUES = "colleagues"


@dataclass(frozen=True, slots=True)
class StaffDraft:
    """A text that is being written about a delivery, by the person whose inbox it is in.

    `idempotency_key` is the key that the text will be sent with, if its author already has it: a save that arrives
    after the text was sent is ignored. Every page has a key of its own; `seen_at` is when the draft that this page
    showed last was saved, None if it showed none.
    """

    body: str = field(repr=False)
    kind: DraftKind = DraftKind.REPLY
    idempotency_key: str | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OtherText:
    """What the same person wrote about the same message on another page, and the page of the draft has never shown."""

    body: str = field(repr=False)
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """A draft as it is stored; its text is empty where only the `other` one is left."""

    body: str = field(repr=False)
    saved_at: datetime
    other: OtherText | None = None


def problem_with_draft(draft: StaffDraft) -> str | None:
    """Say in words why the text can't be saved, or None if it can. Blank text is fine: it isn't stored."""
    return problem_with(draft.body, DRAFT_LIMIT, lines=True) if draft.body.strip() else None
