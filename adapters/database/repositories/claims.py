"""Claiming waiting messages fairly: a practice with a backlog starves nobody, thousands of small ones fill a batch."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.engine import RowMapping

from adapters.database.repositories.notifications import relay_is_paused
from adapters.database.repositories.practices import hold, practice_of
from adapters.database.tables import conversation, message
from adapters.database.transaction import Transaction
from adapters.database.types import Moment
from router.messages.routing import Claim, ClaimedBatch
from router.messages.states import State

if TYPE_CHECKING:
    from router.practice.people import Practice

# What waits for the first time has been due since it was accepted.
RETURNED = (message.c.due_at > message.c.accepted_at).label("returned")

# The recursive part jumps from practice to practice along the partial index, however long their backlogs are. Rows that
# others have locked are skipped: messages of another worker's batch, and practices whose roster or settings are being
# changed, which come next time. Practices are locked first, one after the other while the batch isn't full, so that
# nothing is held of a practice that is left out. Conversations are joined last, so that whatever the plan no more is
# locked than is claimed. The clock, the relay's pause and the practices, which are held, come along: for a single
# message, round trips are almost the whole cost.
CLAIM = text("""
with recursive time as materialized (
    select clock_timestamp() as clock
),
waiting as (
    (select practice from message where state = 'accepted' order by practice limit 1)
    union all
    select (
        select practice from message
        where state = 'accepted' and practice > waiting.practice
        order by practice limit 1
    )
    from waiting where waiting.practice is not null
)
select
    (select clock from time) as clock, (select paused_until from relay) as paused_until,
    claimed.*, thread.patient, thread.topic, thread.site, thread.owner, thread.chosen
from (
    select tenant.*, locked.*
    from (select practice from waiting where practice is not null order by random()) as practices
    cross join lateral (
        select
            id as practice_id, name as practice_name, time_zone as practice_time_zone,
            roster_version as practice_roster_version, distribution_version as practice_distribution_version
        from practice where id = practices.practice
        for share skip locked
    ) as tenant
    cross join lateral (
        select practice, id, conversation, due_at > accepted_at as returned from message
        where message.practice = tenant.practice_id and state = 'accepted'
            and due_at <= (select clock from time) + :ahead
        order by due_at, id
        limit :share
        for update skip locked
    ) as locked
    limit :limit
) as claimed
join conversation as thread on thread.practice = claimed.practice and thread.id = claimed.conversation
""").columns(clock=Moment, paused_until=Moment)

# What the cascade asks about a message besides the care team.
ASKED = (
    message.c.practice,
    message.c.id,
    message.c.conversation,
    RETURNED,
    *(conversation.c[name] for name in ("patient", "topic", "site", "owner", "chosen")),
)
WITH_CONVERSATION = message.join(conversation)


def claim_on_postgresql(transaction: Transaction, limit: int, share: int) -> ClaimedBatch | None:
    """Lock and return waiting messages with everything that a batch needs."""
    asked = {"ahead": transaction.ahead(), "limit": limit, "share": share}
    rows = transaction.execute(CLAIM, asked).mappings().all()
    if not rows:
        return None
    at = transaction.note_time(rows[0]["clock"])
    paused_until = rows[0]["paused_until"]
    practices: dict[str, Practice] = {}
    for row in rows:
        if row["practice"] not in practices:
            practices[row["practice"]] = practice_of(row)
    return ClaimedBatch(
        tuple(_claim(row) for row in rows), practices, paused_until is not None and paused_until > at, at
    )


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
    return _batch(transaction, transaction.execute(wanted).mappings().all())


def _batch(transaction: Transaction, rows: Sequence[RowMapping]) -> ClaimedBatch | None:
    """Messages that are held, with what was not read with them, but for those of practices that are being changed."""
    practices = hold(transaction, {row["practice"] for row in rows}) if rows else {}
    claimed = tuple(_claim(row) for row in rows if row["practice"] in practices)
    if not claimed:
        return None
    return ClaimedBatch(claimed, practices, relay_is_paused(transaction), transaction.now())


def _claim(row: RowMapping) -> Claim:
    thread = [row[name] for name in ("patient", "topic", "site", "owner", "chosen")]
    return Claim(row["practice"], row["id"], row["conversation"], row["returned"], *thread)
