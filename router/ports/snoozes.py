"""The repository of what is put off."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID


class Snoozes(Protocol):
    """Deliveries that are put off, each until a moment. After it they stand on top until they are done."""

    def put(self, practice: str, delivery: UUID, staff: str, until: datetime) -> None:
        """Put a delivery of this person off until then, whatever was said before."""

    def remove(self, practice: str, delivery: UUID) -> None:
        """It is not put off any more; does nothing where it was not."""

    def returned(self, practice: str, staff: Sequence[str]) -> dict[str, datetime]:
        """When the last one came back to each of these people; whoever has none is left out."""
