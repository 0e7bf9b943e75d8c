"""The append-only record of who did and saw what."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from typing_extensions import override

from adapters.database.ids import first_id, uuid7
from adapters.database.tables import audit as table
from adapters.database.transaction import Transaction
from router.actors import Actor, ActorKind
from router.audit import AuditEntry, AuditRow
from router.ports.operations import AuditLog

# By how much the clocks of processes and the database's can differ.
CLOCKS_DIFFER = timedelta(minutes=2)


class AuditRepository(AuditLog):
    """See router.ports.operations.AuditLog."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def add(self, entries: Sequence[AuditEntry]) -> None:
        rows = [
            {
                "practice": entry.practice,
                "id": uuid7(),
                "actor_kind": entry.actor.kind.value,
                "actor": entry.actor.id,
                "action": entry.action.value,
                "subject": entry.subject,
                "details": dict(entry.details),
            }
            for entry in entries
        ]
        self._transaction.insert(table, rows, at=self._transaction.now())

    @override
    def rows(self, practice: str, before: UUID | None, limit: int) -> list[AuditRow]:
        found = select(table).where(table.c.practice == practice).order_by(table.c.id.desc()).limit(limit)
        if before is not None:
            found = found.where(table.c.id < before)
        return [_row(row) for row in self._transaction.execute(found)]

    @override
    def lately(self, practice: str, subject: str, since: datetime) -> list[AuditRow]:
        # The key is over ids, which begin with the time of the process that made them.
        recent = (table.c.practice == practice) & (table.c.id >= first_id(since - CLOCKS_DIFFER))
        these = recent & (table.c.subject == subject) & (table.c.at >= since)
        found = select(table).where(these).order_by(table.c.at.desc(), table.c.id.desc())
        return [_row(row) for row in self._transaction.execute(found)]


def _row(row: Any) -> AuditRow:  # noqa: ANN401 - a row.
    actor = Actor(ActorKind(row.actor_kind), row.actor)
    return AuditRow(row.id, row.practice, row.at, actor, row.action, row.subject, row.details)
