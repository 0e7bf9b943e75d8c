"""The repositories of notifications and of the mail relay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from router.messages.notification import Kind, Lease, Notice, SentNotification
from router.messages.relay_health import RelayMemory, UnclearRefusal
from router.operations.status import ParkedSlice


class Notifications(Protocol):
    """Emails that are due, leased, sent or parked."""

    def lease(self, token: UUID, seconds: int, limit: int) -> Lease:
        """Lease due notifications, and those whose lease has expired; none while the relay is paused."""

    def look_at_all(self) -> None:
        """Occasionally have this process's next lease look for everything that is due, however long it takes."""

    def end_leases(self) -> None:
        """Expire all leases now."""

    def record(self, token: UUID, outcomes: Sequence[SentNotification]) -> int:
        """Record outcomes of leased notifications, except where the token lost them; returns the number recorded."""

    def requeue(self, practice: str, notification: UUID) -> bool:
        """Make a parked notification due again; False if it isn't parked."""

    def requeue_parked(self, practice: str, parked: ParkedSlice) -> list[UUID]:
        """Make a slice of parked notifications due again, without those that somebody else holds.

        Returns their ids in order.
        """


class StaffNotices(Protocol):
    """Notifications to staff about hand-overs, and about what is overdue."""

    def add(self, practice: str, kind: Kind, notices: Sequence[Notice]) -> None:
        """Store notifications for these people."""

    def were_told(self, practice: str, kind: Kind, since: datetime) -> bool:
        """Whether anybody in the practice got a notification of this kind since then."""

    def add_unless_told(self, practice: str, kind: Kind, notices: Sequence[Notice], since: datetime) -> int:
        """Store notifications for people who had none since then, even with simultaneous calls; returns how many."""


class Relay(Protocol):
    """Whether sending to the mail relay is paused, and what it refused recently."""

    def pause(self, answer: str) -> datetime:
        """Stop leasing for a while that grows with each failure in a row; returns until when."""

    def resume(self) -> None:
        """End the pause, because the relay works."""

    def memory(self) -> RelayMemory:
        """Unclear refusals since the relay last accepted an email, and the number of practices and domains."""

    def remember(self, refusals: Sequence[UnclearRefusal]) -> None:
        """Add to the unclear refusals."""

    def forget(self) -> None:
        """Forget unclear refusals: since the relay accepted an email, they were about the addresses."""
