"""The repository of notifications."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from router.messages.notification import Lease, SentNotification


class Notifications(Protocol):
    """Emails that are due, leased, sent or parked."""

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
