"""The repository of deliveries as staff see them."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from router.messages.inbox import InboxFilter, InboxItem, InboxPatient, Pulse
from router.messages.inbox_search import DeliveryFilter
from router.messages.reach import HeldMessage
from router.messages.states import DeliveryState
from router.paging import Position


class Inboxes(Protocol):
    """Deliveries as staff see them."""

    def items(
        self,
        practice: str,
        staff: str,
        wanted: InboxFilter,
        after: Position | None,
        limit: int,
    ) -> list[InboxItem]:
        """The deliveries that match the filter after this position, in its order."""

    def first(self, practice: str, staff: str, wanted: InboxFilter, limit: int) -> list[UUID]:
        """The matching deliveries that come before all others, longest urgent first.

        These are urgent, open, and not claimed, answered or finished by anybody.
        """

    def these(self, practice: str, staff: str, deliveries: Sequence[UUID]) -> list[InboxItem]:
        """These deliveries, in this order; those of others are left out."""

    def beside(
        self, practice: str, staff: str, wanted: InboxFilter, position: Position
    ) -> tuple[UUID | None, UUID | None]:
        """The deliveries before and after this position, in the order of the filter."""

    def held(self, practice: str, staff: str, conversation: UUID) -> list[HeldMessage]:
        """The messages of a conversation that this person has or had, oldest first."""

    def subjects(self, practice: str, staff: str, deliveries: Sequence[UUID]) -> dict[UUID, str]:
        """The subjects of these deliveries; those of others are left out."""

    def found(
        self, practice: str, staff: str, wanted: DeliveryFilter, before: Position | None, limit: int
    ) -> list[InboxItem]:
        """Deliveries that match the search, in any state, newest first."""

    def searched_until(
        self, practice: str, staff: str, wanted: DeliveryFilter, before: Position | None
    ) -> Position | None:
        """The last delivery that a search starting here covers; None if it reaches the end."""

    def patients(self, practice: str, staff: str, before: Position | None, words: Sequence[str]) -> list[InboxPatient]:
        """The patients of that many deliveries, by name, leaving out names without all of these folded words."""

    def unread(self, practice: str, staff: str) -> int:
        """How many are unread."""

    def pulses(self, practice: str, staff: Sequence[str]) -> dict[str, Pulse]:
        """The number of unread messages by inbox; inboxes without any are left out."""

    def item(self, practice: str, delivery: UUID) -> InboxItem | None:
        """One delivery; its row is locked until the transaction ends."""

    def mark(self, practice: str, delivery: UUID, state: DeliveryState) -> bool:
        """Change a delivery's state. The first opening also opens its message; returns whether it did."""
