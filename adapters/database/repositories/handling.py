"""Who takes care of a message instead of the others who have it."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import update

from adapters.database.repositories.undone_deliveries import UNDONE
from adapters.database.tables import delivery
from adapters.database.transaction import Transaction
from adapters.database.transitions import advance
from router.messages.states import DeliveryState


def handle(transaction: Transaction, practice: str, messages: Collection[UUID], by: str) -> None:
    """Show the others who it is, and remove these messages from their unread lists."""
    these = (delivery.c.practice == practice) & transaction.one_of(delivery.c.message, list(messages))
    siblings = these & (delivery.c.staff != by)
    handled = siblings & delivery.c.state.in_((*UNDONE, DeliveryState.MOVED.value))
    transaction.execute(update(delivery).where(handled).values(handled_by=by))
    transaction.execute(advance(delivery, DeliveryState.READ).where(siblings))


def finish(transaction: Transaction, practice: str, messages: Collection[UUID], by: str) -> None:
    """These messages are answered: whoever did it is done with them."""
    handle(transaction, practice, messages, by)
    these = (delivery.c.practice == practice) & transaction.one_of(delivery.c.message, list(messages))
    own = these & (delivery.c.staff == by) & delivery.c.state.in_(UNDONE)
    transaction.execute(advance(delivery, DeliveryState.DONE).values(opened_at=transaction.now()).where(own))
