"""What stands first in an inbox: urgent messages that nobody has yet. They are few, and looked for by themselves."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, Select, select

from adapters.database.materialized import found_by_itself
from adapters.database.tables import conversation, delivery, message
from adapters.database.transaction import Transaction
from router.messages.inbox import InboxFilter
from router.messages.priority import Priority
from router.messages.states import OPEN, DeliveryState, State


def first(transaction: Transaction, practice: str, staff: str, wanted: InboxFilter, limit: int) -> Sequence[UUID]:
    """Those that fit, longest urgent first.

    The index of urgent messages holds those of the practice that wait; each is then looked up in this inbox. What was
    claimed, or finished by a process of the release before, is passed over.
    """
    states = OPEN if wanted.states is None else OPEN & wanted.states
    if wanted.owned or wanted.asleep or wanted.priority is Priority.ROUTINE or not states:
        return ()
    waiting = _waiting(practice)
    theirs = _delivery_of(waiting, practice, staff, states)
    if wanted.topic is not None:
        theirs = theirs.where(conversation.c.topic == wanted.topic.value)
    if wanted.site is not None:
        theirs = theirs.where(conversation.c.site == wanted.site)
    each = select(waiting.c.urgent_since, theirs.scalar_subquery().label("delivery"))
    held = found_by_itself(each, "held")
    found = select(held.c.delivery).where(held.c.delivery.is_not(None)).order_by(held.c.urgent_since, held.c.delivery)
    return transaction.execute(found.limit(limit)).scalars().all()


def _waiting(practice: str) -> CTE:
    """The urgent messages of the practice that nobody has answered."""
    found = select(message.c.id, message.c.conversation, message.c.urgent_since).where(
        message.c.practice == practice,
        message.c.urgent_since.is_not(None),
        # Not by the index of all that ever was urgent.
        message.c.priority.concat("") == Priority.URGENT.value,
        message.c.state != State.ANSWERED.value,
    )
    # All indexes begin with the practice, and PostgreSQL can't know which of them holds a handful of rows.
    return found_by_itself(found, "urgent")


def _delivery_of(waiting: CTE, practice: str, staff: str, states: frozenset[DeliveryState]) -> Select[Any]:
    """The delivery of such a message in this inbox, while nobody has claimed it."""
    return (
        select(delivery.c.id)
        .select_from(delivery.join(conversation, conversation.c.practice == delivery.c.practice))
        .where(
            delivery.c.practice == practice,
            delivery.c.staff == staff,
            delivery.c.message == waiting.c.id,
            delivery.c.state.in_(sorted(state.value for state in states)),
            delivery.c.handled_by.is_(None),
            conversation.c.id == waiting.c.conversation,
            conversation.c.owner.is_(None),
        )
        .correlate(waiting)
    )
