"""Repositories for operators: what waits, reconciliation, the audit."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from router.audit import AuditEntry, AuditRow
from router.operations.reconciliation import Key, Slice
from router.operations.status import Backlog, ParkedItem, SeenWorker, Throughput


class Operations(Protocol):
    """What operators look at: ids and counts, never texts."""

    def backlog(self, practice: str | None) -> list[Backlog]:
        """What waits, by queue, of one practice or of all."""

    def parked(self, practice: str | None, before: UUID | None, limit: int) -> list[ParkedItem]:
        """What is parked, newest first, from before the one named."""

    def parked_item(self, item: UUID) -> ParkedItem | None:
        """One parked message or notification."""

    def parked_counts(self, practice: str | None) -> dict[tuple[str, str], int]:
        """How many are parked, by kind and reason, of one practice or of all."""

    def throughput(self, within: timedelta) -> Throughput:
        """What went through within this period, which should be a few minutes at most."""

    def whereabouts(self, practice: str, item: UUID) -> tuple[str, str, str | None] | None:
        """What a message or notification is, its state, and why where it is parked or suppressed."""

    def seen(self, worker: str, queues: str) -> None:
        """Record a sign of life of a worker process and forget those silent for a day."""

    def left(self, worker: str) -> None:
        """Delete the sign of life of a worker process that is stopping."""

    def workers(self, within: timedelta) -> list[SeenWorker]:
        """The worker processes that were seen within this time."""

    def relay(self) -> tuple[datetime, str] | None:
        """Until when leasing is paused and the relay's answer, if it is."""


class Reconciliation(Protocol):
    """Promises 1 to 4 and 12, checked from the tables: slice by slice, whatever is stored."""

    def slice(self, after: Key | None, limit: int) -> Slice:
        """What is wrong with the `limit` messages behind this one, in the order of their keys, and what is theirs."""

    def notifications(self, after: Key | None, limit: int) -> Slice:
        """The same of notifications: which have waited for too long, or don't say why they went no further."""


class AuditLog(Protocol):
    """The append-only record."""

    def add(self, entries: Sequence[AuditEntry]) -> None:
        """Write rows in the transaction of the acts."""

    def rows(self, practice: str, before: UUID | None, limit: int) -> list[AuditRow]:
        """Rows, newest first."""
