"""The repository of staff's notes on conversations."""

from typing import Protocol
from uuid import UUID

from router.messages.notes import NewStaffNote, StaffNote


class StaffNotes(Protocol):
    """Notes by conversation."""

    def add(self, practice: str, new: NewStaffNote) -> None:
        """Store a note."""

    def of(self, practice: str, conversation: UUID) -> list[StaffNote]:
        """The notes on a conversation, oldest first."""

    def noted(self, practice: str, idempotency_key: str) -> tuple[UUID, str] | None:
        """The note that this key belongs to, and its fingerprint."""

    def holders(self, practice: str, message: UUID) -> set[str]:
        """The staff who have the message in their inbox, in any state except moved to somebody else."""
