"""Reporting what happened once it is committed: for logs and metrics."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from router.messages.acceptance import Receipt
from router.messages.notification import LeasedNotification, SentNotification
from router.messages.routing import Routed
from router.messages.states import ParkedReason


class EventLog(Protocol):
    """Writes down ids and states, never a text or a name; raises nothing."""

    def accepted(self, practice: str, receipts: Sequence[Receipt]) -> None:
        """These messages were stored; repeats of stored ones are not among them."""

    def routed(self, routed: Sequence[Routed]) -> None:
        """These messages were put into inboxes, or parked where they have no deliveries."""

    def parked(self, practice: str, message: UUID, reason: ParkedReason) -> None:
        """A message failed too often."""

    def notified(self, leased: Sequence[LeasedNotification], outcomes: Sequence[SentNotification]) -> None:
        """The outcomes of leased notifications, in the same order."""


class NoEventLog:
    """Ignores all events."""

    def accepted(self, practice: str, receipts: Sequence[Receipt]) -> None:
        """Nothing is written."""

    def routed(self, routed: Sequence[Routed]) -> None:
        """Nothing is written."""

    def parked(self, practice: str, message: UUID, reason: ParkedReason) -> None:
        """Nothing is written."""

    def notified(self, leased: Sequence[LeasedNotification], outcomes: Sequence[SentNotification]) -> None:
        """Nothing is written."""


NO_EVENT_LOG = NoEventLog()
