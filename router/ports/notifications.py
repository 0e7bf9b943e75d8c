"""The repositories of notifications and of the mail relay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from router.messages.notification import Kind, Lease, Notice, SentNotification
from router.messages.relay_health import RelayMemory, UnclearRefusal


class Notifications(Protocol):
    """Emails that are due, leased, sent or parked."""

    def lease(self, token: UUID, seconds: int, limit: int) -> Lease:
        """Lease due notifications and those whose lease ran out; none while the relay is paused."""

    def look_at_all(self) -> None:
        """Now and then, let the next lease of this process look for whatever is due, however long it takes."""

    def end_leases(self) -> None:
        """Let every lease run out now."""

    def record(self, token: UUID, outcomes: Sequence[SentNotification]) -> int:
        """Record what became of leased ones; rows that the token no longer holds are left alone. Says how many were."""

    def requeue(self, practice: str, notification: UUID) -> bool:
        """Make a parked notification due again; False when it isn't parked."""

    def requeue_parked(self, practice: str, reason: str, since: datetime) -> int:
        """Make due again what was parked for this reason since then; returns how many."""


class StaffNotices(Protocol):
    """Notifications to staff about hand-overs, and about what is overdue."""

    def add(self, practice: str, kind: Kind, notices: Sequence[Notice]) -> None:
        """Let these people be told."""

    def were_told(self, practice: str, kind: Kind, since: datetime) -> bool:
        """Whether anybody of the practice was told of this kind since then."""

    def add_unless_told(self, practice: str, kind: Kind, notices: Sequence[Notice], since: datetime) -> int:
        """Let those be told who weren't since then, whoever else asks at the same time; returns how many they are."""


class Relay(Protocol):
    """Whether the mail relay is left alone, and what it refused lately."""

    def pause(self, answer: str) -> datetime:
        """Stop leasing for a while that grows with each failure in a row; returns until when."""

    def resume(self) -> None:
        """The relay works: lease again."""

    def memory(self) -> RelayMemory:
        """Unclear refusals since the relay last took an email, and how many practices and domains there are."""

    def remember(self, refusals: Sequence[UnclearRefusal]) -> None:
        """Add to the unclear refusals."""

    def forget(self) -> None:
        """The relay took an email: what it refused before was about the addresses."""
