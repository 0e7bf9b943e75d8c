"""The repository of snoozed deliveries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID


class Snoozes(Protocol):
    """Deliveries that are put off until a time. After it, they are listed at the top until they are done."""

    def put(self, practice: str, delivery: UUID, staff: str, until: datetime) -> None:
        """Put a delivery of this person off until then, replacing any earlier time."""

    def remove(self, practice: str, delivery: UUID) -> None:
        """Stop putting it off; does nothing if it wasn't put off."""

    def returned(self, practice: str, staff: Sequence[str]) -> dict[str, datetime]:
        """When a delivery last came back to each of these people; people without one are left out."""
