"""The repository of messages from the broker that could not be accepted."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from router.operations.quarantine import NewQuarantined, Quarantined


class Quarantines(Protocol):
    """Quarantined messages."""

    def add(self, kept: list[tuple[UUID, NewQuarantined]]) -> list[UUID]:
        """Store these under new ids, except those that are already stored; returns the new ones."""

    def items(self, practice: str | None, before: UUID | None, limit: int, *, done: bool) -> list[Quarantined]:
        """The items of one practice or of all, newest first; `done` includes those that were accepted later."""

    def get(self, item: UUID) -> tuple[Quarantined, bytes | None] | None:
        """One item, with its body."""

    def refuse(self, item: UUID, reason: str, wrong: tuple[str, ...]) -> None:
        """Record that it was refused again, for this reason."""

    def finish(self, item: UUID, message: UUID) -> None:
        """Record that it was accepted as this message, and delete its body."""

    def counts(self, practice: str | None) -> dict[str, int]:
        """How many items need attention, by reason, of one practice or of all."""

    def expired(self, before: datetime) -> bool:
        """Whether any item arrived before this time."""

    def purge(self, before: datetime) -> dict[str | None, int]:
        """Delete items that arrived before this time, however many at once; returns the number for each practice."""
