"""Rows of the queue that stand for steps of ladders, on both kinds of database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select

from adapters.database.repositories import queue
from adapters.database.tables import ladder_run, waiting
from adapters.database.transaction import Transaction
from adapters.database.types import Moment

ESCALATE = "escalate"


def due_rows(transaction: Transaction, limit: int) -> Sequence[Row[Any]]:
    """Take rows of the queue that are due, oldest first, but for those that others hold."""
    floor, now = transaction.memory.floors.escalation, transaction.now()
    begins = transaction.begins_at(floor)
    wanted = (
        _rows()
        .where(waiting.c.second >= (0 if begins is None else queue.second_of(begins)))
        .where(waiting.c.second <= queue.second_of(now), waiting.c.due_at <= now)
        .limit(limit)
    )
    rows = transaction.execute(wanted).all()
    floor.rise(transaction.unshifted_now(), rows[0].due_at if rows else None)
    return rows


def oldest_due(transaction: Transaction) -> datetime | None:
    """The moment of the oldest row, due or not, from the very beginning; the next claim begins there."""
    oldest = select(waiting.c.due_at).where(waiting.c.kind == ESCALATE).order_by(waiting.c.second).limit(1)
    return transaction.execute(oldest).scalar_one_or_none()


def backlog(transaction: Transaction, practice: str | None) -> tuple[int, datetime | None]:
    """How many steps are due, counted up to a limit, and since when the first of them."""
    floor, now = transaction.begins_at(transaction.memory.floors.escalation), transaction.now()
    some = select(waiting.c.due_at).where(
        waiting.c.kind == ESCALATE,
        waiting.c.second >= (0 if floor is None else queue.second_of(floor)),
        waiting.c.second <= queue.second_of(now),
        waiting.c.due_at <= now,
    )
    if practice is not None:
        some = some.where(waiting.c.practice == practice)
    found = some.order_by(waiting.c.second).limit(queue.COUNTED).subquery()
    counted = transaction.execute(select(func.count(), func.min(found.c.due_at, type_=Moment))).one()
    return counted[0], counted[1]


def row_of(transaction: Transaction, practice: str, message_id: UUID) -> Sequence[Row[Any]]:
    """Take the row of this message, if it has one that is due and nobody holds it."""
    run = (ladder_run.c.practice == practice) & (ladder_run.c.message == message_id)
    due_at = transaction.execute(select(func.max(ladder_run.c.due_at)).where(run)).scalar_one_or_none()
    if due_at is None or due_at > transaction.now():
        return []
    this = (waiting.c.practice == practice) & (waiting.c.id == message_id) & (waiting.c.due_at == due_at)
    return transaction.execute(_rows().where(this, waiting.c.second == queue.second_of(due_at))).all()


def _rows() -> Select[Any]:
    return (
        select(waiting.c.practice, waiting.c.id, waiting.c.due_at)
        .where(waiting.c.kind == ESCALATE)
        .order_by(waiting.c.second, waiting.c.practice, waiting.c.due_at, waiting.c.id)
        .with_for_update(skip_locked=True)
    )
