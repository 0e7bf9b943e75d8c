"""Rows of the queue that stand for steps of ladders, on both kinds of database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, func, select, update

from adapters.database.repositories import queue
from adapters.database.tables import ladder_run, waiting
from adapters.database.tables.ladders import UNWATCHED
from adapters.database.transaction import Transaction
from adapters.database.types import Moment

ESCALATE = "escalate"
ONE_RUN = update(ladder_run).where(
    ladder_run.c.practice == bindparam("of_practice"),
    ladder_run.c.message == bindparam("of_message"),
    ladder_run.c.number == bindparam("of_number"),
)
WATCHED = ONE_RUN.values(due_at=bindparam("at", type_=ladder_run.c.due_at.type))


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
    its: Select[Any] = select(waiting.c.practice, waiting.c.id, waiting.c.due_at).where(this)
    its = its.where(waiting.c.kind == ESCALATE, waiting.c.second == queue.second_of(due_at))
    return transaction.execute(its.with_for_update(skip_locked=True)).all()


def watch(transaction: Transaction, within: timedelta, limit: int) -> int:
    """Have runs looked at that nothing would look at again, spread over the time from now on; returns how many.

    Processes of the release before leave runs so that were alerted, or that began when no opening time lay ahead. The
    list of what is overdue would look through the former for ever, and the latter would never remind anybody.
    """
    later = ladder_run.alias()
    has_later = (later.c.practice == ladder_run.c.practice) & (later.c.message == ladder_run.c.message)
    newest = ~select(later.c.number).where(has_later, later.c.number > ladder_run.c.number).exists()
    found = select(ladder_run.c.practice, ladder_run.c.message, ladder_run.c.number).where(UNWATCHED, newest)
    seconds, now = int(within.total_seconds()), transaction.now()
    rows = [
        # Ids end with random bits.
        {"of_practice": row.practice, "of_message": row.message, "of_number": row.number}
        | {"at": now + timedelta(seconds=row.message.int % seconds)}
        for row in transaction.execute(found.limit(limit).with_for_update(of=ladder_run, skip_locked=True))
    ]
    if rows:
        transaction.execute(WATCHED, rows)
        waits = [(row["of_practice"], row["of_message"], row["at"]) for row in rows]
        transaction.insert_missing(waiting, [{"kind": ESCALATE, **row} for row in rows_of(waits)])
    return len(rows)


def rows_of(due: Sequence[tuple[str, UUID, datetime]]) -> list[dict[str, Any]]:
    """Rows of the queue for messages of practices and their moments, without their kind."""
    return [
        {"second": queue.second_of(due_at), "practice": practice, "due_at": due_at, "id": message_id}
        for practice, message_id, due_at in due
    ]
