"""What the flows ask of the database about messages on their way to inboxes and emails."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from router.inbox_search import InboxSearch
from router.message import DeliveryState
from router.notification import Lease, SentNotification
from router.opening import Opening
from router.records import (
    Claim,
    ClaimedMessage,
    InboxItem,
    InboxPatient,
    KnownMessage,
    NewMessage,
    Pulse,
    Receipt,
    Routed,
)


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
        """Return what is parked as `no_active_staff` to be routed; says how many."""

    def requeue(self, practice: str, message: UUID) -> bool:
        """Return one parked message to be routed, its failures forgotten; False when it isn't parked."""


class Routing(Protocol):
    """Accepted messages on their way into inboxes."""

    def claim(self, limit: int, share: int) -> list[Claim]:
        """Claim at most `limit` waiting messages, at most `share` of a practice, skipping what others hold.

        With what the cascade asks about each, but for the care teams, which most of them don't need.
        """

    def claim_one(self, practice: str, message: UUID) -> Claim | None:
        """Claim this one if it still waits and nobody holds it."""

    def with_care_teams(self, claimed: Sequence[ClaimedMessage]) -> list[ClaimedMessage]:
        """The same messages, in the same order, with the care teams of their patients."""

    def store(self, routed: Sequence[Routed], lease: Lease | None) -> None:
        """Write resolutions, deliveries and notifications, and advance or park the messages.

        Notifications that are leased begin so; the others are due.
        """

    def resolve_again(self, routed: Routed) -> None:
        """Store one more resolution of a message that was delivered before."""

    def count_failure(self, practice: str, message: UUID, retry_after: timedelta, park_after: int) -> bool:
        """Count a failed try; at `park_after` of them the message is parked and True returned."""


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


class Notifications(Protocol):
    """Emails that are due, leased, sent or parked."""

    def is_paused(self) -> bool:
        """Whether the relay is left alone for now."""

    def lease(self, token: UUID, seconds: int, limit: int) -> Lease:
        """Lease due notifications and those whose lease ran out; none while the relay is paused."""

    def end_leases(self) -> None:
        """Let every lease run out now."""

    def record(self, token: UUID, outcomes: Sequence[SentNotification]) -> int:
        """Record what became of leased ones; rows that the token no longer holds are left alone. Says how many were."""

    def pause_relay(self, answer: str) -> datetime:
        """Stop leasing for a while that grows with each failure in a row; returns until when."""

    def resume_relay(self) -> None:
        """The relay works: lease again."""

    def requeue(self, practice: str, notification: UUID) -> bool:
        """Make a parked notification due again; False when it isn't parked."""
