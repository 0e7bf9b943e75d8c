"""Deliveries that nobody has finished, of staff who have left or are away."""

from typing import Any

from sqlalchemy import Row, Select, select

from adapters.database.tables import conversation, delivery, message
from router.messages.hand_overs import UndoneDelivery
from router.messages.states import OPEN
from router.practice.availability import Absentee

UNDONE = tuple(state.value for state in sorted(OPEN))
COLUMNS = (delivery.c.id, delivery.c.message, delivery.c.staff, message.c.conversation, message.c.patient)


def of_absentee(absentee: Absentee) -> Select[Any]:
    """The deliveries of this person."""
    theirs = (delivery.c.practice == absentee.practice) & (delivery.c.staff == absentee.staff)
    return select(*COLUMNS).select_from(delivery.join(message).join(conversation)).where(theirs)


def holding(wanted: Select[Any], limit: int) -> Select[Any]:
    """Some of these deliveries, held with their conversations and messages; what others hold is skipped.

    Of what is held, the conditions are checked again as it is now: somebody may have answered the message meanwhile.
    """
    # As the index of inboxes has them: in the order of the key, all deliveries of the practice may be read for them.
    some = wanted.order_by(delivery.c.received_at, delivery.c.id).limit(limit)
    return some.with_for_update(of=[conversation, message, delivery], key_share=True, skip_locked=True)


def read_undone(row: Row[Any]) -> UndoneDelivery:
    """What a row of these columns says."""
    return UndoneDelivery(row.id, row.message, row.conversation, row.patient, row.staff)
