"""The append-only record of who did and saw what."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from adapters.database.ids import uuid7
from adapters.database.session import Session
from adapters.database.tables import audit as table
from router.actors import Actor, ActorKind
from router.audit import AuditEntry
from router.records import AuditRow


class AuditRepository:
    """See router.repositories.AuditLog."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, entries: Sequence[AuditEntry]) -> None:
        """Write rows in the transaction of the acts."""
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
        self._session.insert(table, rows, at=self._session.now)

    def rows(self, practice: str, before: UUID | None, limit: int) -> list[AuditRow]:
        """Rows, newest first."""
        found = select(table).where(table.c.practice == practice).order_by(table.c.id.desc()).limit(limit)
        if before is not None:
            found = found.where(table.c.id < before)
        return [
            AuditRow(
                row.id,
                row.practice,
                row.at,
                Actor(ActorKind(row.actor_kind), row.actor),
                row.action,
                row.subject,
                row.details,
            )
            for row in self._session.connection.execute(found)
        ]
