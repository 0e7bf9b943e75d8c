"""Messages from the broker that could not be accepted."""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select, update
from typing_extensions import override

from adapters.database.repositories import expiry
from adapters.database.tables import quarantine as table
from adapters.database.transaction import Transaction
from router.operations.quarantine import NewQuarantined, Quarantined
from router.ports.quarantine import Quarantines


class QuarantineRepository(Quarantines):
    """See router.ports.quarantine.Quarantines."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def add(self, kept: list[tuple[UUID, NewQuarantined]]) -> list[UUID]:
        added: list[UUID] = []
        for item, one in kept:
            row = _row(item, one) | {"received_at": self._transaction.now()}
            new = (
                self._transaction.new_in(table)
                .values(row)
                .on_conflict_do_nothing(index_elements=["digest"])
                .returning(table.c.id)
            )
            added += self._transaction.execute(new).scalars()
        return added

    @override
    def items(self, practice: str | None, before: UUID | None, limit: int, *, done: bool) -> list[Quarantined]:
        wanted = _facts().order_by(table.c.id.desc()).limit(limit)
        if practice is not None:
            wanted = wanted.where(table.c.practice == practice)
        if before is not None:
            wanted = wanted.where(table.c.id < before)
        if not done:
            wanted = wanted.where(table.c.done_at.is_(None))
        return [_quarantined(row) for row in self._transaction.execute(wanted)]

    @override
    def get(self, item: UUID) -> tuple[Quarantined, bytes | None] | None:
        wanted = _facts().add_columns(table.c.body).where(table.c.id == item)
        row = self._transaction.execute(wanted).one_or_none()
        return (_quarantined(row), row.body) if row else None

    @override
    def refuse(self, item: UUID, reason: str, wrong: tuple[str, ...]) -> None:
        refused = update(table).where(table.c.id == item, table.c.done_at.is_(None))
        self._transaction.execute(refused.values(reason=reason, wrong=list(wrong)))

    @override
    def finish(self, item: UUID, message: UUID) -> None:
        finished = update(table).where(table.c.id == item, table.c.done_at.is_(None))
        self._transaction.execute(finished.values(done_at=self._transaction.now(), message=message, body=None))

    @override
    def counts(self, practice: str | None) -> dict[str, int]:
        counted = (
            select(table.c.reason, func.count().label("waiting"))
            .where(table.c.done_at.is_(None))
            .group_by(table.c.reason)
        )
        if practice is not None:
            counted = counted.where(table.c.practice == practice)
        return {row.reason: row.waiting for row in self._transaction.execute(counted)}

    @override
    def expired(self, before: datetime) -> bool:
        found = select(table.c.id).where(table.c.received_at < before).limit(1)
        return self._transaction.execute(found).first() is not None

    @override
    def purge(self, before: datetime) -> dict[str | None, int]:
        old = select(table.c.id, table.c.practice).where(table.c.received_at < before).order_by(table.c.received_at)
        # Whoever holds one takes it in at this moment, or marks it as done.
        purged = self._transaction.execute(old.limit(expiry.MANY).with_for_update(skip_locked=True)).all()
        self._transaction.delete_many(table, [{"id": row.id} for row in purged])
        return Counter(row.practice for row in purged)


def _facts() -> Select[Any]:
    """Everything but the body."""
    return select(*(column for column in table.c if column.name not in {"body", "digest"}))


def _row(item: UUID, one: NewQuarantined) -> dict[str, Any]:
    return {
        "id": item,
        "practice": one.practice,
        "digest": one.arrived.digest,
        "reason": one.reason,
        "wrong": list(one.wrong),
        "fields": list(one.fields),
        "size": one.arrived.size,
        "body": one.arrived.body,
        "done_at": None,
        "message": None,
    }


def _quarantined(row: Row[Any]) -> Quarantined:
    return Quarantined(
        row.id,
        row.practice,
        row.reason,
        tuple(row.wrong),
        tuple(row.fields),
        row.size,
        row.received_at,
        row.done_at,
        row.message,
    )
