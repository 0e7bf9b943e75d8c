"""The repository of deliveries as staff see them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from router.messages.inbox import InboxItem, InboxPatient, Pulse
from router.messages.inbox_search import InboxSearch
from router.messages.states import DeliveryState


class Inboxes(Protocol):
    """Deliveries as staff see them."""

    def items(
        self,
        practice: str,
        staff: str,
        states: Iterable[DeliveryState],
        before: tuple[datetime, UUID] | None,
        limit: int,
    ) -> list[InboxItem]:
        """Deliveries in these states, newest first."""

    def owned(self, practice: str, staff: str, before: tuple[datetime, UUID] | None, limit: int) -> list[InboxItem]:
        """Deliveries in conversations that this person owns, newest first."""

    def found(  # noqa: PLR0913, PLR0917 - these are the parameters of a search.
        self,
        practice: str,
        staff: str,
        wanted: InboxSearch,
        patients: Sequence[str] | None,
        before: tuple[datetime, UUID] | None,
        limit: int,
    ) -> list[InboxItem]:
        """Deliveries that fit, in whatever state, newest first; `patients` None means any."""

    def patients(self, practice: str, staff: str) -> list[InboxPatient]:
        """The patients whose messages this person has or had."""

    def unread(self, practice: str, staff: str) -> int:
        """How many are unread."""

    def pulses(self, practice: str, staff: Sequence[str]) -> dict[str, Pulse]:
        """What is unread in these inboxes; whoever has read everything is left out."""

    def item(self, practice: str, delivery: UUID) -> InboxItem | None:
        """One delivery; the row is held until the transaction ends."""

    def mark(self, practice: str, delivery: UUID, state: DeliveryState) -> bool:
        """Change a delivery's state; the first opening opens its message. Says whether it did."""
