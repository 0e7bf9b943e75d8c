"""Claiming waiting messages fairly: a practice with a backlog starves nobody, thousands of small ones fill a batch."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Uuid, func, select, text
from sqlalchemy.engine import RowMapping

from adapters.database.repositories import queue
from adapters.database.repositories.notifications import relay_is_paused
from adapters.database.repositories.practices import hold, practice_of
from adapters.database.tables import conversation, message
from adapters.database.transaction import Transaction
from adapters.database.types import Moment
from router.messages.notification import begins_conversation
from router.messages.priority import Priority
from router.messages.routing import Claim, ClaimedBatch
from router.messages.states import State

if TYPE_CHECKING:
    from router.practice.people import Practice

# What waits for the first time has been due since it was accepted.
RETURNED = (message.c.due_at > message.c.accepted_at).label("returned")

# What waits is found in the rows of the queue, of which each second's begin anew: a look begins with the second before
# which nothing was found, and goes from practice to practice of each second (`queue.PLACES`). Messages say whether they
# wait, and are locked; rows that others have locked are skipped:
# messages of another worker's batch, and practices whose roster or settings are being changed, which come next time.
# Practices are locked first, one after the other while the batch isn't full, so that nothing is held of a practice that
# is left out. The state stands in an expression: messages are looked up by their keys, never in an index of states.
# What is claimed is deleted by its place in the table, which nothing changes while the message is locked: joined by
# its key, all that waits is compared with all that is claimed where statistics are of a moment at which nothing waited.
# Conversations are joined last, so that whatever the plan no more is locked than is claimed. The clock, the relay's
# pause and the practices, which are held, come along, and the clock alone where nothing is claimed: for a single
# message, round trips are almost the whole cost.
CLAIM = text(
    """
with recursive time as materialized (
    select clock_timestamp() as clock, floor(extract(epoch from clock_timestamp() + :ahead))::bigint as second
),
{places}
claimed as materialized (
    select tenant.*, locked.*
    from (
        select practice, array_agg(second order by second) as seconds
        from (select practice, second from oldest union select practice, second from newest) as places
        group by practice order by random()
    ) as practices
    cross join lateral (
        select
            id as practice_id, name as practice_name, time_zone as practice_time_zone,
            roster_version as practice_roster_version, distribution_version as practice_distribution_version
        from practice where id = practices.practice
        for share skip locked
    ) as tenant
    cross join lateral (
        select
            message.practice, message.id, message.conversation, message.due_at > message.accepted_at as returned,
            message.priority, message.accepted_at, message.due_at, entry.place
        from unnest(practices.seconds) as moment (second)
        cross join lateral (
            select ctid as place, due_at, id from waiting
            where kind = 'route' and waiting.second = moment.second and waiting.practice = tenant.practice_id
            order by due_at, id
        ) as entry
        cross join lateral (
            select * from message
            where message.practice = tenant.practice_id and message.id = entry.id and message.due_at = entry.due_at
                and message.state || '' = 'accepted' and message.due_at <= (select clock from time) + :ahead
            for update skip locked
        ) as message
        limit :share
    ) as locked
    limit :limit
),
taken as (
    delete from waiting where ctid = any (array(select place from claimed))
)
select
    time.clock, (select paused_until from relay) as paused_until, (select min(second) from oldest) as oldest_second,
    claimed.*, thread.patient, thread.topic, thread.site, thread.owner, thread.chosen
from time left join (
    claimed cross join lateral (
        select * from conversation
        where conversation.practice = claimed.practice and conversation.id = claimed.conversation
        offset 0
    ) as thread
) on true
""".replace("{places}", queue.places_of("route", "(select second from time)"))
).columns(clock=Moment, paused_until=Moment, accepted_at=Moment, due_at=Moment)
# What staff may have changed of conversations while their messages were being claimed, without those that they are
# changing just now.
CONVERSATIONS = text("""
select thread.practice, thread.id, thread.topic, thread.owner, thread.chosen
from unnest(cast(:practices as text[]), cast(:ids as uuid[])) as wanted (practice, id)
join conversation as thread on thread.practice = wanted.practice and thread.id = wanted.id
for share of thread skip locked
""").columns(id=Uuid)
# More than a batch has practices, unless each of them sent a single message.
STEPS = 500

# What the cascade needs to know about a message besides the care team.
ASKED = (
    message.c.practice,
    message.c.id,
    message.c.conversation,
    message.c.priority,
    message.c.accepted_at,
    RETURNED,
    *(conversation.c[name] for name in ("patient", "topic", "site", "owner", "chosen")),
)
WITH_CONVERSATION = message.join(conversation)


def claim_on_postgresql(transaction: Transaction, limit: int, share: int) -> ClaimedBatch | None:
    """Lock and return waiting messages with everything that a batch needs."""
    floor = transaction.memory.floors.routing
    asked = {
        "ahead": transaction.ahead(),
        "limit": limit,
        "share": share,
        "floor": queue.begins(transaction),
        "steps": STEPS,
    }
    # Past what counts every text as one that may have written.
    rows = transaction.opened.execute(CLAIM, asked).mappings().all()
    first = rows[0]
    # There is a row for the time, whether anything was claimed or not.
    transaction.writes = transaction.writes or first["id"] is not None
    at = transaction.note_time(first["clock"])
    floor.rise(transaction.unshifted_now(), queue.moment_of(first["oldest_second"]))
    if first["id"] is None:
        return None
    paused_until = first["paused_until"]
    practices: dict[str, Practice] = {}
    for row in rows:
        if row["practice"] not in practices:
            practices[row["practice"]] = practice_of(row)
    claims = _read_again(transaction, [_claim(row) for row in rows])
    left = {(row["practice"], row["id"]): row["due_at"] for row in rows}
    for one in claims:
        del left[one.practice, one.message]
    for (practice, message_id), due_at in left.items():
        queue.add(transaction, practice, [message_id], due_at)
    return ClaimedBatch(claims, practices, paused_until is not None and paused_until > at, at) if claims else None


def claim_on_sqlite(transaction: Transaction, limit: int, share: int) -> ClaimedBatch | None:
    """The same where writers take turns anyway."""
    place = func.row_number().over(partition_by=message.c.practice, order_by=(message.c.due_at, message.c.id))
    waiting = (
        select(*ASKED, place.label("place"))
        .select_from(WITH_CONVERSATION)
        .where(message.c.state == State.ACCEPTED.value, message.c.due_at <= transaction.now())
        .subquery()
    )
    wanted = (
        select(*(waiting.c[one.name] for one in ASKED))
        .where(waiting.c.place <= share)
        .order_by(waiting.c.place, waiting.c.practice)
        .limit(limit)
    )
    return _batch(transaction, transaction.execute(wanted).mappings().all())


def claim_one(transaction: Transaction, practice: str, message_id: UUID) -> ClaimedBatch | None:
    """Lock and return this message, unless it waits no longer or somebody else holds it."""
    wanted = (
        select(*ASKED)
        .select_from(WITH_CONVERSATION)
        .where(message.c.practice == practice, message.c.id == message_id, message.c.state == State.ACCEPTED.value)
        .with_for_update(skip_locked=True, of=message)
    )
    batch = _batch(transaction, transaction.execute(wanted).mappings().all())
    if batch is not None:
        queue.remove(transaction, practice, message_id)
    return batch


def _batch(transaction: Transaction, rows: Sequence[RowMapping]) -> ClaimedBatch | None:
    """Messages that are held, with what was not read with them, but for those of practices that are being changed."""
    practices = hold(transaction, {row["practice"] for row in rows}) if rows else {}
    claims = [_claim(row) for row in rows if row["practice"] in practices]
    if not claims:
        return None
    claimed = tuple(claims) if transaction.is_sqlite else _read_again(transaction, claims)
    return ClaimedBatch(claimed, practices, relay_is_paused(transaction), transaction.now()) if claimed else None


def _read_again(transaction: Transaction, claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """These claims, with what continues a conversation as that is now, held until the transaction ends.

    A topic that was corrected while the message was being claimed is known by then, and who corrects it from now on
    waits until the message is routed. What continues a conversation on which somebody acts just now is left out.
    """
    going_on = [one for one in claims if not begins_conversation(one.message, one.conversation)]
    if not going_on:
        return tuple(claims)
    asked = {"practices": [one.practice for one in going_on], "ids": [one.conversation for one in going_on]}
    found = {(row.practice, row.id): row for row in transaction.execute(CONVERSATIONS, asked)}

    def as_it_is(claim: Claim) -> Claim | None:
        if begins_conversation(claim.message, claim.conversation):
            return claim
        thread = found.get((claim.practice, claim.conversation))
        if thread is None:
            return None
        return replace(claim, topic=thread.topic, owner=thread.owner, chosen=thread.chosen)

    return tuple(filter(None, map(as_it_is, claims)))


def _claim(row: RowMapping) -> Claim:
    return Claim(
        practice=row["practice"],
        message=row["id"],
        conversation=row["conversation"],
        accepted_at=row["accepted_at"],
        returned=row["returned"],
        patient=row["patient"],
        topic=row["topic"],
        site=row["site"],
        owner=row["owner"],
        chosen=row["chosen"],
        urgent=row["priority"] == Priority.URGENT.value,
    )
