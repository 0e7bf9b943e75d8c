"""The repository of acts that can be taken back."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from router.messages.undo import ConversationStand, DeliveryStand, Undoable


class Undos(Protocol):
    """The last act on each delivery, by the person whose it is."""

    def stand(self, practice: str, conversation: UUID) -> ConversationStand:
        """Who owns a conversation now, and where the deliveries of its messages stand."""

    def remember(self, practice: str, delivery: UUID, undoable: Undoable) -> None:
        """Keep an act in place of the one before."""

    def last(self, practice: str, delivery: UUID) -> Undoable | None:
        """The last act that was remembered."""

    def forget(self, practice: str, delivery: UUID) -> None:
        """The last act can't be taken back any more, or was."""

    def put_back(self, practice: str, delivery: UUID, stand: DeliveryStand) -> None:
        """Bring a delivery back to where it stood."""

    def take_back_hand_overs(self, practice: str, giver: str, handed_at: datetime) -> None:
        """Note on the forwards that this person made at this moment that they were taken back."""

    def expired(self, before: datetime) -> bool:
        """Whether an act from before this moment is still remembered."""

    def purge(self, before: datetime) -> int:
        """Forget the acts from before this moment; returns how many they were."""
