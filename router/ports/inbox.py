"""The repository of deliveries as staff see them."""

from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

from router.messages.inbox import InboxItem, InboxPatient, Pulse
from router.messages.inbox_search import DeliveryFilter
from router.messages.states import DeliveryState
from router.paging import Position


class Inboxes(Protocol):
    """Deliveries as staff see them."""

    def items(
        self,
        practice: str,
        staff: str,
        states: Iterable[DeliveryState],
        before: Position | None,
        limit: int,
    ) -> list[InboxItem]:
        """Deliveries in these states, newest first."""

    def owned(self, practice: str, staff: str, before: Position | None, limit: int) -> list[InboxItem]:
        """Deliveries in conversations that this person owns, newest first."""

    def found(
        self, practice: str, staff: str, wanted: DeliveryFilter, before: Position | None, limit: int
    ) -> list[InboxItem]:
        """Deliveries that fit, in whatever state, newest first."""

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
