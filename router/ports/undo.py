"""The repository of acts that can be undone."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol
from uuid import UUID

from router.messages.undo import ConversationStand, DeliveryStand, Undoable


class Undos(Protocol):
    """The last act on each delivery, by the person whose it is."""

    def stand(self, practice: str, conversation: UUID) -> ConversationStand:
        """Who owns a conversation now, and the state of its messages' deliveries."""

    def remember(self, practice: str, delivery: UUID, undoable: Undoable) -> None:
        """Store an act in place of the previous one."""

    def last(self, practice: str, delivery: UUID) -> Undoable | None:
        """The last act that was remembered."""

    def forget(self, practice: str, delivery: UUID) -> None:
        """Delete the last act, because it was undone or can no longer be."""

    def put_back(self, practice: str, delivery: UUID, stand: DeliveryStand) -> None:
        """Restore the earlier state of a delivery."""

    def missed(self, practice: str, deliveries: Collection[UUID], since: datetime) -> list[tuple[UUID, str]]:
        """The messages of these deliveries, and whose they are, whose emails were suppressed as read, or leased, since.

        Without what was suppressed or sent before.
        """

    def take_back_hand_overs(self, practice: str, conversation: UUID, giver: str, handed_at: datetime) -> None:
        """Mark the forwards of a conversation's messages that this person made at this time as undone."""

    def expired(self, before: datetime) -> bool:
        """Whether an act from before this moment is still remembered."""

    def purge(self, before: datetime) -> int:
        """Forget acts from before this moment, however many at once; returns how many they were."""
