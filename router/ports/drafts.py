"""The repository of staff's drafts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from router.messages.drafts import DraftKind, SavedDraft, StaffDraft


class StaffDrafts(Protocol):
    """Drafts by delivery; the author of a draft is the person whose delivery it is."""

    def put(self, practice: str, delivery: UUID, draft: StaffDraft) -> SavedDraft | None:
        """Save this text in place of the previous one, and return what is stored then; None for nothing.

        If another page of its author saved the previous text since the draft was shown to this page, and this text
        doesn't begin with it, it becomes the other text.
        """

    def of(self, practice: str, delivery: UUID) -> dict[DraftKind, SavedDraft]:
        """The drafts of a delivery."""

    def erase(self, practice: str, delivery: UUID, kind: DraftKind) -> None:
        """Erase one with its other text, if it is there."""

    def discard(self, practice: str, delivery: UUID, kind: DraftKind) -> None:
        """Erase one, if it is there; the other text, if there is one, is the draft then."""

    def swap(self, practice: str, delivery: UUID, kind: DraftKind) -> None:
        """Make the other text the draft, and the draft the other text, if there are two."""

    def erase_other(self, practice: str, delivery: UUID, kind: DraftKind) -> None:
        """Erase the other text, if there is one."""

    def erase_of(self, practice: str, staff: Iterable[str]) -> None:
        """Erase all drafts of these people."""

    def expired(self, before: datetime) -> bool:
        """Whether a draft was last saved before this moment."""

    def purge(self, before: datetime) -> int:
        """Erase what was last saved before this moment, however much at once; returns how many drafts that were."""
