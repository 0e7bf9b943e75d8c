"""What is parked, of messages and notifications alike."""

from uuid import UUID

from sqlalchemy import Select, Table, literal_column, select

from adapters.database.tables import message, notification
from router.messages.states import NotificationState, State
from router.operations.status import ParkedSlice

FIRST = UUID(int=0)
# Written out, as in the partial indexes: a plan that is kept for any value can't use them.
IS_PARKED_MESSAGE = message.c.state == literal_column(f"'{State.PARKED.value}'")
IS_PARKED_NOTIFICATION = notification.c.state == literal_column(f"'{NotificationState.PARKED.value}'")


def rows(table: Table, practice: str, parked: ParkedSlice) -> Select[UUID]:
    """The ids of a practice's rows that come next, held; which of them are parked, and why, its table says.

    What somebody else holds is left out: they may be requeueing it.
    """
    ids = select(table.c.id).where(table.c.practice == practice, table.c.id > (parked.after or FIRST))
    return ids.order_by(table.c.id).limit(parked.limit).with_for_update(key_share=True, skip_locked=True)
