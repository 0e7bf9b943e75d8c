"""Taking steps of ladders that are due, practice by practice: none waits behind another's, or while one is changed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, Uuid, func, select, text

from adapters.database.repositories import queue
from adapters.database.repositories.ladder_queue import ESCALATE
from adapters.database.tables import waiting
from adapters.database.transaction import Transaction
from adapters.database.types import Moment

# Looks for practices as the claim of messages does. Practices whose roster or settings are being changed are left out,
# and so are rows that others hold. A practice gets an equal share; the last argument is what a first look has taken,
# for a second one that fills the batch with whatever is left.
TAKE = text(
    """
with recursive {places}
practices as materialized (
    select practice, array_agg(second order by second) as seconds
    from (select practice, second from oldest union select practice, second from newest) as places
    group by practice
),
taken as materialized (
    select locked.*
    from (select * from practices order by random()) as practices
    cross join lateral (select id from practice where id = practices.practice for share skip locked) as tenant
    cross join lateral (
        select entry.*
        from unnest(practices.seconds) as moment (second)
        cross join lateral (
            select practice, id, due_at from waiting
            where kind = 'escalate' and waiting.second = moment.second and waiting.practice = tenant.id
                and due_at <= :now and id <> all (cast(:taken as uuid[]))
            order by due_at, id
            for update skip locked
        ) as entry
        limit (select coalesce(cast(:share as int), greatest(:limit / count(*), 1)) from practices)
    ) as locked
    limit :limit
)
select (select min(second) from oldest) as oldest_second, (select count(*) from practices) as practices, taken.*
from (select) as always left join taken on true
""".replace("{places}", queue.places_of(ESCALATE, ":second"))
).columns(id=Uuid, due_at=Moment)
# More than a batch has practices, unless the oldest steps are of one and lie seconds apart.
STEPS = 500
# Where there are no locks, practices take turns within so many batches of the oldest.
BATCHES = 20


def take(transaction: Transaction, limit: int) -> Sequence[Row[Any]]:
    """Rows of the queue that are due, of each practice its oldest."""
    return _on_sqlite(transaction, limit) if transaction.is_sqlite else _on_postgresql(transaction, limit)


def _on_postgresql(transaction: Transaction, limit: int) -> Sequence[Row[Any]]:
    floor, now = transaction.memory.floors.escalation, transaction.now()
    begins = transaction.begins_at(floor)
    asked = {
        "floor": 0 if begins is None else queue.second_of(begins),
        "second": queue.second_of(now),
        "now": now,
        "steps": STEPS,
        "limit": limit,
        "share": None,
        "taken": [],
    }
    found = transaction.execute(TAKE, asked).all()
    floor.rise(transaction.unshifted_now(), queue.moment_of(found[0].oldest_second))
    rows = [row for row in found if row.id is not None]
    if found[0].practices > 1 and 0 < len(rows) < limit:
        left = limit - len(rows)
        asked |= {"limit": left, "share": left, "taken": [row.id for row in rows]}
        rows += [row for row in transaction.execute(TAKE, asked).all() if row.id is not None]
    return rows


def _on_sqlite(transaction: Transaction, limit: int) -> Sequence[Row[Any]]:
    now = transaction.now()
    oldest = (
        select(waiting.c.practice, waiting.c.id, waiting.c.due_at)
        .where(waiting.c.kind == ESCALATE, waiting.c.second <= queue.second_of(now), waiting.c.due_at <= now)
        .order_by(waiting.c.second)
        .limit(limit * BATCHES)
        .subquery()
    )
    place = func.row_number().over(partition_by=oldest.c.practice, order_by=(oldest.c.due_at, oldest.c.id))
    placed = select(oldest, place.label("place")).subquery()
    wanted: Select[Any] = select(placed.c.practice, placed.c.id, placed.c.due_at)
    return transaction.execute(wanted.order_by(placed.c.place, placed.c.practice).limit(limit)).all()
