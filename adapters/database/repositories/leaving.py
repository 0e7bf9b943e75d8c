"""Who was done with a message for themselves alone, and left it to the colleague who takes care of it."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select, update

from adapters.database.repositories.overdue import waits
from adapters.database.repositories.undone_deliveries import UNDONE
from adapters.database.tables import delivery, message
from adapters.database.transaction import Transaction


def leave(transaction: Transaction, practice: str, message_id: UUID, by: str, to: str) -> None:
    """Note to whom somebody who is done with a message leaves it, and who takes care of it instead of them."""
    these = (delivery.c.practice == practice) & (delivery.c.message == message_id)
    transaction.execute(update(delivery).where(these, delivery.c.staff == by).values(handled_by=to))
    theirs = these & (delivery.c.staff == to) & (delivery.c.handled_by == by)
    transaction.execute(update(delivery).where(theirs).values(handled_by=None))


def pass_on(
    transaction: Transaction, practice: str, messages: Collection[UUID], givers: Collection[str], to: str
) -> None:
    """Show who takes care of these messages from now on, as far as they wait, instead of those who did."""
    these = (message.c.practice == practice) & transaction.one_of(message.c.id, list(messages))
    # Looked up first: the conditions of what waits ask for deliveries, too.
    waiting = transaction.execute(select(message.c.id).where(these, waits()).order_by(message.c.id)).scalars().all()
    if not waiting:
        return
    theirs = transaction.one_of(delivery.c.staff, list(givers)) & delivery.c.state.in_(UNDONE)
    left_to_them = transaction.one_of(delivery.c.handled_by, list(givers))
    of_others = (delivery.c.practice == practice) & (delivery.c.staff != to)
    passed_on = update(delivery).where(of_others, transaction.one_of(delivery.c.message, list(waiting)))
    transaction.execute(passed_on.where(or_(theirs, left_to_them)).values(handled_by=to))
