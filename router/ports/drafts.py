"""The repository of staff's drafts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from router.messages.drafts import DraftKind, SavedDraft


class StaffDrafts(Protocol):
    """Drafts by delivery; the author of a draft is the person whose delivery it is."""

    def put(self, practice: str, delivery: UUID, kind: DraftKind, body: str) -> datetime:
        """Save this text in place of the previous one; returns when it was saved."""

    def of(self, practice: str, delivery: UUID) -> dict[DraftKind, SavedDraft]:
        """The drafts of a delivery."""

    def erase(self, practice: str, delivery: UUID, kind: DraftKind) -> None:
        """Erase one, if it is there."""

    def erase_of(self, practice: str, staff: Iterable[str]) -> None:
        """Erase all drafts of these people."""

    def expired(self, before: datetime) -> bool:
        """Whether a draft was last saved before this moment."""

    def purge(self, before: datetime) -> int:
        """Erase what was last saved before this moment, however much at once; returns how many drafts that were."""
