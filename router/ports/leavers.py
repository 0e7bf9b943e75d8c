"""The repository of what people who have left still have."""

from typing import Protocol
from uuid import UUID

from router.messages.hand_overs import UndoneDelivery


class Leavers(Protocol):
    """Unfinished deliveries of people who have left, and how far they have been routed again."""

    def undone(self, practice: str, after: UUID | None, limit: int) -> list[UndoneDelivery]:
        """Unfinished deliveries of people who have left, in the order of their ids, from after this one on."""

    def note(self, practice: str, after: UUID | None) -> None:
        """Keep up to which delivery they have been routed again; None when all have been."""

    def noted(self) -> list[str]:
        """The practices in which some are still to be routed again."""

    def take(self, practice: str) -> UUID | None:
        """Up to which delivery they have been, locked; None if all have been, or somebody else is at it."""
