"""Repositories of messages and their routing."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from router.messages.acceptance import KnownMessage, NewMessage, Opening, Receipt
from router.messages.notification import Lease
from router.messages.routing import ClaimedBatch, ClaimedMessage, Routed


class Messages(Protocol):
    """What patients wrote."""

    def open(self, practice: str, idempotency_keys: Sequence[str], api_key: str | None) -> Opening | None:
        """Begin to accept with what comes first; None for an unknown practice.

        Its moment is that of the transaction. Where there is no API key, there is none that could have been revoked.
        """

    def known(self, practice: str, keys: Iterable[str]) -> dict[str, KnownMessage]:
        """The messages that belong to these idempotency keys."""

    def add(self, practice: str, messages: Sequence[NewMessage]) -> None:
        """Store accepted messages and the conversations that they start."""

    def receipt(self, practice: str, message: UUID) -> Receipt | None:
        """What the patient's side may know."""

    def receipts(self, practice: str, conversations: Sequence[UUID]) -> dict[UUID, Receipt]:
        """The same of every message in these conversations."""

    def requeue_ownerless(self, practice: str) -> int:
        """Return what is parked as `no_active_staff` to be routed; returns how many."""

    def requeue(self, practice: str, message: UUID) -> bool:
        """Return one parked message to be routed, its failures forgotten; False when it isn't parked."""

    def requeue_parked(self, practice: str, reason: str, since: datetime) -> int:
        """Return what was parked for this reason since then to be routed; returns how many."""


class Routing(Protocol):
    """Accepted messages on their way into inboxes."""

    def claim(self, limit: int, share: int) -> ClaimedBatch | None:
        """Claim at most `limit` waiting messages, at most `share` of a practice, skipping what others hold.

        Practices whose roster or settings are being changed are skipped likewise, and claimed from next time. With what
        the cascade asks about each, but for the care teams, which most of them don't need. None when nothing is
        claimed.
        """

    def claim_one(self, practice: str, message: UUID) -> ClaimedBatch | None:
        """Claim this one if it still waits and nobody holds it."""

    def is_due(self) -> bool:
        """Whether any message is due to be routed, including those that others are routing."""

    def look_at_all(self) -> None:
        """Now and then, let the next claim of this process look for whatever waits, however long it takes.

        It is done the less often the longer it takes. Claims look where something can be expected.
        """

    def with_care_teams(self, claimed: Sequence[ClaimedMessage]) -> list[ClaimedMessage]:
        """The same messages, in the same order, with the care teams of their patients."""

    def store(self, routed: Sequence[Routed], lease: Lease | None) -> None:
        """Write resolutions, deliveries and notifications, and advance or park the messages.

        Notifications that are leased begin so; the others are due. Where a message isn't accepted any more,
        IllegalTransitionError is raised, at the latest when the transaction commits.
        """

    def resolve_again(self, routed: Routed) -> None:
        """Store one more resolution of a message that was delivered before."""

    def count_failure(self, practice: str, message: UUID, retry_after: timedelta, park_after: int) -> bool:
        """Count a failed try; at `park_after` of them the message is parked and True returned."""
