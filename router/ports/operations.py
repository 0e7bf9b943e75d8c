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
        """The backlog by queue, of one practice or of all."""

    def parked(self, practice: str | None, before: UUID | None, limit: int) -> list[ParkedItem]:
        """Parked items, newest first, older than the given one."""

    def parked_item(self, practice: str | None, item: UUID) -> ParkedItem | None:
        """One parked message or notification, of one practice or of any."""

    def parked_counts(self, practice: str | None) -> dict[tuple[str, str], int]:
        """How many are parked, by kind and reason, of one practice or of all."""

    def throughput(self, within: timedelta) -> Throughput:
        """The throughput of this last period, which should be a few minutes at most."""

    def whereabouts(self, practice: str, item: UUID) -> tuple[str, str, str | None] | None:
        """The kind and state of a message or notification, and why it is parked or suppressed, if it is."""

    def seen(self, worker: str, queues: str) -> None:
        """Record that a worker process is alive, and forget processes that were silent for a day."""

    def left(self, worker: str) -> None:
        """Delete the record of a worker process that is stopping."""

    def workers(self, within: timedelta) -> list[SeenWorker]:
        """The worker processes that reported within this period."""

    def use_secret(self, fingerprint: str) -> str | None:
        """Record whose secret a process has that starts; returns the fingerprint of the one that started before."""

    def relay(self) -> tuple[datetime, str] | None:
        """Until when leasing is paused, and the relay's reply; None if it isn't paused."""


class Reconciliation(Protocol):
    """Promises 1 to 4 and 12, checked from the tables: slice by slice, whatever is stored."""

    def slice(self, after: Key | None, limit: int) -> Slice:
        """What is wrong with the next `limit` messages after this one, by key, and with what belongs to them."""

    def notifications(self, after: Key | None, limit: int) -> Slice:
        """Likewise for notifications: those that have waited too long, or have stopped without a reason."""


class AuditLog(Protocol):
    """The append-only record."""

    def add(self, entries: Sequence[AuditEntry]) -> None:
        """Write rows in the transaction of the acts."""

    def rows(self, practice: str, before: UUID | None, limit: int) -> list[AuditRow]:
        """Rows, newest first."""

    def lately(self, practice: str, subject: str, since: datetime) -> list[AuditRow]:
        """The rows about this subject since then, which is minutes ago at most; newest first."""
