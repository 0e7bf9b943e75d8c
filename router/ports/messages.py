"""Repositories of messages and their routing."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from router.messages.acceptance import KnownMessage, NewMessage, Opening, Receipt
from router.messages.notification import Lease
from router.messages.routing import ClaimedBatch, ClaimedMessage, Routed
from router.operations.status import ParkedSlice


class Messages(Protocol):
    """What patients wrote."""

    def open(self, practice: str, idempotency_keys: Sequence[str], api_key: str | None) -> Opening | None:
        """Read what accepting needs first; None for an unknown practice.

        Its time is that of the transaction. Without an API key, there is none that could have been revoked.
        """

    def known(self, practice: str, keys: Iterable[str]) -> dict[str, KnownMessage]:
        """The messages that belong to these idempotency keys."""

    def add(self, practice: str, messages: Sequence[NewMessage]) -> None:
        """Store accepted messages and the conversations that they start."""

    def receipt(self, practice: str, message: UUID) -> Receipt | None:
        """What the patient's side may know."""

    def receipts(self, practice: str, conversations: Sequence[UUID]) -> dict[UUID, Receipt]:
        """The receipts of all messages in these conversations."""

    def requeue_ownerless(self, practice: str) -> int:
        """Requeue the messages that are parked as `no_active_staff`; returns how many."""

    def requeue(self, practice: str, message: UUID) -> bool:
        """Requeue one parked message, forgetting its failures; False if it isn't parked."""

    def requeue_parked(self, practice: str, parked: ParkedSlice) -> list[UUID]:
        """Requeue a slice of parked messages, without those that somebody else holds; returns their ids in order."""


class Routing(Protocol):
    """Accepted messages on their way into inboxes."""

    def claim(self, limit: int, share: int) -> ClaimedBatch | None:
        """Claim at most `limit` waiting messages, at most `share` of a practice, skipping those locked by others.

        Practices whose roster or settings are being changed are skipped until next time. The claims include the
        cascade's input without care teams, which most messages don't need. None if nothing was claimed.
        """

    def claim_one(self, practice: str, message: UUID) -> ClaimedBatch | None:
        """Claim this message if it is still waiting and nobody has locked it."""

    def is_due(self) -> bool:
        """Whether any message is due to be routed, including those that others are routing."""

    def look_at_all(self) -> None:
        """Occasionally have this process's next claim look for every waiting message, however long that takes.

        The longer it takes, the less often it is done. Ordinary claims look only where messages can be expected.
        """

    def with_care_teams(self, claimed: Sequence[ClaimedMessage]) -> list[ClaimedMessage]:
        """The same messages, in the same order, with the care teams of their patients."""

    def store(self, routed: Sequence[Routed], lease: Lease | None) -> None:
        """Write resolutions, deliveries and notifications, and advance or park the messages.

        Notifications begin as leased or due. Raises IllegalTransitionError, at the latest on commit, if a message is no
        longer in the state `accepted`.
        """

    def resolve_again(self, routed: Routed) -> None:
        """Store one more resolution of a message that was delivered before."""

    def count_failure(self, practice: str, message: UUID, retry_after: timedelta, park_after: int) -> bool:
        """Count a failed attempt; after `park_after` of them, park the message and return True."""
