"""Who takes care of a message instead of the others who have it."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update

from adapters.database.repositories.undone_deliveries import UNDONE
from adapters.database.tables import conversation, delivery, message
from adapters.database.transaction import Transaction
from adapters.database.transitions import advance
from router.messages.cascade import HandOver
from router.messages.states import DeliveryState


def handle(transaction: Transaction, practice: str, messages: Collection[UUID], by: str) -> None:
    """Show the others who it is, and remove these messages from their unread lists."""
    _handle(transaction, _of(transaction, practice, messages), by)


def _handle(transaction: Transaction, these: ColumnElement[bool], by: str) -> None:
    own, siblings = these & (delivery.c.staff == by), these & (delivery.c.staff != by)
    handled = siblings & delivery.c.state.in_((*UNDONE, DeliveryState.MOVED.value))
    transaction.execute(update(delivery).where(handled).values(handled_by=by))
    # Nobody takes care of it for them any longer.
    transaction.execute(update(delivery).where(own, delivery.c.handled_by.is_not(None)).values(handled_by=None))
    transaction.execute(advance(delivery, DeliveryState.READ).where(siblings))


def finish_for_recipients(transaction: Transaction, practice: str, message_id: UUID, by: str) -> None:
    """The same, but for those who were only asked by a forward or a mention: it still waits for them."""
    its = (message.c.practice == practice) & (message.c.id == message_id)
    owner = select(conversation.c.owner).join_from(message, conversation).where(its).scalar_subquery()
    recipients = or_(delivery.c.step != HandOver.FORWARD.value, delivery.c.staff == owner)
    _handle(transaction, (delivery.c.practice == practice) & (delivery.c.message == message_id) & recipients, by)
    _note_done(transaction, practice, message_id, by)


def _note_done(transaction: Transaction, practice: str, message_id: UUID, by: str) -> None:
    """Keep the message out of what is looked through for messages that wait."""
    theirs = (delivery.c.practice == practice) & (delivery.c.message == message_id) & (delivery.c.staff == by)
    finishes = (delivery.c.step != HandOver.FORWARD.value) | delivery.c.finishes.is_(True)
    is_done = (delivery.c.state == DeliveryState.DONE.value) & finishes
    done = update(message).where(message.c.practice == practice, message.c.id == message_id)
    done = done.where(select(delivery.c.id).where(theirs, is_done).exists())
    transaction.execute(done.values(done_at=transaction.now()))


def finish(transaction: Transaction, practice: str, messages: Collection[UUID], by: str) -> None:
    """Mark these messages, which somebody has answered, as done for that person."""
    handle(transaction, practice, messages, by)
    own = _of(transaction, practice, messages) & (delivery.c.staff == by) & delivery.c.state.in_(UNDONE)
    transaction.execute(advance(delivery, DeliveryState.DONE).values(opened_at=transaction.now()).where(own))


def _of(transaction: Transaction, practice: str, messages: Collection[UUID]) -> ColumnElement[bool]:
    return (delivery.c.practice == practice) & transaction.one_of(delivery.c.message, list(messages))
