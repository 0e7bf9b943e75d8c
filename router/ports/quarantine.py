"""The repository of what came over the broker and could not be taken."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from router.operations.quarantine import NewQuarantined, Quarantined


class Quarantines(Protocol):
    """What is kept aside."""

    def add(self, kept: list[tuple[UUID, NewQuarantined]]) -> list[UUID]:
        """Keep these under new ids; what is kept already is left as it is. Says which are new."""

    def items(self, practice: str | None, before: UUID | None, limit: int, *, done: bool) -> list[Quarantined]:
        """What is kept of one practice or of all, newest first; `done`: also what was accepted in the end."""

    def get(self, item: UUID) -> tuple[Quarantined, bytes | None] | None:
        """One of them with its body."""

    def refuse(self, item: UUID, reason: str, wrong: tuple[str, ...]) -> None:
        """It was refused again, for this reason now."""

    def finish(self, item: UUID, message: UUID) -> None:
        """It became this message: its body is no longer kept here."""

    def counts(self, practice: str | None) -> dict[str, int]:
        """How many wait for a person, by reason, of one practice or of all."""

    def expired(self, before: datetime) -> bool:
        """Whether something came before this moment."""

    def purge(self, before: datetime) -> dict[str | None, int]:
        """Delete what came before this moment; returns how many of which practice."""
