"""What stands first in an inbox: urgent messages that nobody has yet. They are few, and looked for by themselves."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from adapters.database.tables import conversation, delivery, message
from adapters.database.transaction import Transaction
from router.messages.inbox import InboxFilter
from router.messages.priority import Priority
from router.messages.states import DeliveryState, State

OPEN = frozenset({DeliveryState.UNREAD, DeliveryState.READ})


def first(transaction: Transaction, practice: str, staff: str, wanted: InboxFilter, limit: int) -> Sequence[UUID]:
    """Those that fit, longest urgent first.

    The index of urgent messages holds those of the practice that wait; each is then looked up in this inbox. What was
    claimed, or finished by a process of the release before, is passed over.
    """
    states = OPEN if wanted.states is None else OPEN & wanted.states
    if wanted.owned or wanted.priority is Priority.ROUTINE or not states:
        return ()
    theirs = (delivery.c.practice == practice) & (delivery.c.staff == staff)
    found = (
        select(delivery.c.id)
        .select_from(message.join(delivery).join(conversation, _ITS_CONVERSATION))
        .where(
            message.c.practice == practice,
            message.c.urgent_since.is_not(None),
            message.c.priority == Priority.URGENT.value,
            message.c.state != State.ANSWERED.value,
            theirs,
            delivery.c.state.in_(sorted(state.value for state in states)),
            delivery.c.handled_by.is_(None),
            conversation.c.owner.is_(None),
        )
        .order_by(message.c.urgent_since, delivery.c.id)
        .limit(limit)
    )
    if wanted.topic is not None:
        found = found.where(conversation.c.topic == wanted.topic.value)
    if wanted.site is not None:
        found = found.where(conversation.c.site == wanted.site)
    return transaction.execute(found).scalars().all()


_ITS_CONVERSATION = (conversation.c.practice == message.c.practice) & (conversation.c.id == message.c.conversation)
