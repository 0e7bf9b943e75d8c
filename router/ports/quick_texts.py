"""The repository of texts that staff insert into replies."""

from typing import Protocol
from uuid import UUID

from router.messages.quick_texts import NewQuickText, QuickText


class QuickTexts(Protocol):
    """Quick texts of the practice and of each person."""

    def for_person(self, practice: str, staff: str, limit: int) -> list[QuickText]:
        """The practice's texts and this person's own, by title, up to this many of each."""

    def get(self, practice: str, quick_text: UUID) -> QuickText | None:
        """One of them."""

    def count(self, practice: str, owner: str | None) -> int:
        """How many this person has, or (None) the practice."""

    def add(self, practice: str, new: QuickText) -> None:
        """Store a new one."""

    def change(self, practice: str, quick_text: UUID, text: NewQuickText) -> None:
        """Replace its title, text and topic."""

    def remove(self, practice: str, quick_text: UUID) -> None:
        """Delete it, if it is there."""
