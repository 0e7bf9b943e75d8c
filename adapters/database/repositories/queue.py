"""Rows of what waits: written with the messages that they point to, and gone when those are claimed.

On SQLite, where nobody's snapshot keeps what is gone in an index, accepted messages are found by their state.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select, text

from adapters.database.tables import message, waiting
from adapters.database.transaction import Transaction
from adapters.database.types import Moment
from router.messages.states import State

ROUTE = "route"
# A count goes no further than this: operators see that there is much, and hints are fewer anyway.
COUNTED = 100_000

# What processes of the release before left out, and what they are done with: they write and claim messages without this
# table. A row whose moment isn't the message's any more is theirs, too. What is locked is somebody's work just now.
# `offset 0` keeps PostgreSQL from joining the two: each is looked up by its key, whatever the statistics say. Those of
# a moment at which nothing waited make it compare all with all.
MISSING = text("""
insert into waiting (practice, kind, second, due_at, id)
select practice, 'route', floor(extract(epoch from due_at)), due_at, id from message
where state = 'accepted' and not exists (
    select from waiting
    where kind = 'route' and second = floor(extract(epoch from message.due_at))::bigint
        and waiting.practice = message.practice and waiting.due_at = message.due_at and waiting.id = message.id
    offset 0
)
limit 10000
on conflict do nothing
""")
DONE = text("""
delete from waiting using (
    select kind, second, practice, due_at, id from waiting
    where kind = 'route' and not exists (
        select from message
        where message.practice = waiting.practice and message.id = waiting.id
            and message.state || '' = 'accepted' and message.due_at = waiting.due_at
        offset 0
    )
    limit 10000
    for update skip locked
) as done
where waiting.kind = done.kind and waiting.second = done.second and waiting.practice = done.practice
    and waiting.due_at = done.due_at and waiting.id = done.id
""")


# Jumps from practice to practice of each second, however many rows it has, from the oldest and for no more than so many
# steps. Where those don't get to the end, `newest` comes from there, so that a backlog of hours hides nobody who has
# just come.
PLACES = """
oldest (step, second, practice) as (
    (
        select 1, second, practice from waiting
        where kind = '{kind}' and second >= :floor and second <= {last}
        order by second, practice limit 1
    )
    union all
    select step + 1, following.second, following.practice
    from oldest cross join lateral (
        select second, practice from waiting
        where kind = '{kind}' and (second, practice) > (oldest.second, oldest.practice) and second <= {last}
        order by second, practice limit 1
    ) as following
    where step < :steps
),
newest (step, second, practice) as (
    (
        select 1, second, practice from waiting
        where kind = '{kind}' and second >= :floor and second <= {last} and (select max(step) from oldest) = :steps
        order by second desc, practice desc limit 1
    )
    union all
    select step + 1, before.second, before.practice
    from newest cross join lateral (
        select second, practice from waiting
        where kind = '{kind}' and (second, practice) < (newest.second, newest.practice) and second >= :floor
        order by second desc, practice desc limit 1
    ) as before
    where step < :steps
),
"""
REMOVED = text("""
delete from waiting using message
where message.practice = :practice and message.id = :id
    and waiting.kind = 'route' and waiting.second = floor(extract(epoch from message.due_at))::bigint
    and waiting.practice = message.practice and waiting.due_at = message.due_at and waiting.id = message.id
""")


def second_of(moment: datetime) -> int:
    """The second that a row with this moment stands under."""
    return int(moment.timestamp() // 1)


def moment_of(second: int | None) -> datetime | None:
    """When a second began."""
    return None if second is None else datetime.fromtimestamp(second, UTC)


def begins(transaction: Transaction) -> int:
    """The second with which a look begins."""
    begins = transaction.begins_at(transaction.memory.floors.routing)
    return 0 if begins is None else second_of(begins)


def add(transaction: Transaction, practice: str, messages: Sequence[UUID], due_at: datetime) -> None:
    """These accepted messages wait from now on."""
    if not transaction.is_sqlite:
        shared = {"practice": practice, "kind": ROUTE, "second": second_of(due_at), "due_at": due_at}
        transaction.insert(waiting, [{"id": message_id} for message_id in messages], **shared)


def remove(transaction: Transaction, practice: str, message_id: UUID) -> None:
    """This message, which is due as it was, doesn't wait any more."""
    if not transaction.is_sqlite:
        transaction.execute(REMOVED, {"practice": practice, "id": message_id})


def put_right(transaction: Transaction) -> None:
    """Agree with what messages say, which is what counts, while processes of another release are running.

    It reads all that waits and all that somebody's snapshot keeps, so it is done the less often the longer it takes.
    """
    floor, now = transaction.memory.floors.routing, transaction.now()
    if transaction.is_sqlite or not floor.is_time_for_all(now):
        return
    began = transaction.execute(select(transaction.clock)).scalar_one()
    transaction.execute(MISSING)
    transaction.execute(DONE)
    floor.took(now, transaction.execute(select(transaction.clock)).scalar_one() - began)


def places_of(kind: str, last: str) -> str:
    """Parts of a recursive WITH that find the practices of which something of this kind waits.

    They go up to the second that the expression `last` gives, and take `:floor` and `:steps`.
    """
    return PLACES.format(kind=kind, last=last)


def is_due(transaction: Transaction) -> bool:
    """Whether any accepted message is due."""
    now = transaction.now()
    due = select(message.c.id).where(message.c.state == State.ACCEPTED.value, message.c.due_at <= now)
    if not transaction.is_sqlite:
        due = select(waiting.c.id).where(
            waiting.c.kind == ROUTE, waiting.c.second >= begins(transaction), waiting.c.second <= second_of(now)
        )
    return transaction.execute(select(due.exists())).scalar_one()


def backlog(transaction: Transaction, practice: str | None) -> tuple[int, datetime | None]:
    """How many wait, counted up to COUNTED, and since when the first of them."""
    if transaction.is_sqlite:
        some = select(message.c.due_at).where(message.c.state == State.ACCEPTED.value)
        of_practice = message.c.practice == practice
    else:
        floor = begins(transaction)
        some = select(waiting.c.due_at).where(waiting.c.kind == ROUTE, waiting.c.second >= floor)
        some = some.order_by(waiting.c.second)
        of_practice = waiting.c.practice == practice
    if practice is not None:
        some = some.where(of_practice)
    found = some.limit(COUNTED).subquery()
    counted = transaction.execute(select(func.count(), func.min(found.c.due_at, type_=Moment))).one()
    if practice is None:
        transaction.memory.floors.routing.rise(transaction.unshifted_now(), counted[1])
    return counted[0], counted[1]
