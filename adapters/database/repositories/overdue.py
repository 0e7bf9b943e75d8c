"""Messages that wait for too long: at `alert`, or past the moment by which their patient expects an answer."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Row,
    Select,
    Subquery,
    TextClause,
    case,
    func,
    literal,
    select,
    union_all,
)

from adapters.database.ids import first_id
from adapters.database.repositories.answer_times import promised
from adapters.database.repositories.undone_deliveries import UNDONE
from adapters.database.tables import conversation, delivery, ladder_run, message, reply, topic_change
from adapters.database.tables.messages import AWAITED, UNANSWERED
from adapters.database.transaction import Transaction
from router.messages.cascade import HandOver
from router.messages.states import DeliveryState, State
from router.operations.overdue import COUNTED, OverdueMessage
from router.practice.topics import Topic

# What is past its answer-by is looked for among the messages of so long ago; what was alerted, among all.
LOOKED_BACK = timedelta(days=60)
THREAD = conversation.alias("thread")
COLLEAGUE = delivery.alias("colleague")


def find_overdue(transaction: Transaction, practice: str, limit: int) -> list[OverdueMessage]:
    """What is overdue, first what was alerted, then by acceptance."""
    found = _overdue(transaction, practice)
    ordered = select(found).order_by(found.c.alerted_at.is_(None), found.c.accepted_at, found.c.id)
    rows = transaction.execute(ordered.limit(limit)).all()
    holders = _holders(transaction, practice, [row.id for row in rows])
    these = (conversation.c.practice == practice) & transaction.one_of(
        conversation.c.id, list({row.conversation for row in rows})
    )
    threads = {row.id: row for row in transaction.execute(select(conversation).where(these))} if rows else {}
    return [_listed(row, threads[row.conversation], holders[row.id]) for row in rows]


def _listed(row: Row[Any], thread: Row[Any], holders: list[str]) -> OverdueMessage:
    return OverdueMessage(
        row.id, Topic(thread.topic), thread.site, row.accepted_at, row.answer_by, row.alerted_at, thread.owner,
        tuple(holders), thread.chosen is not None or thread.private,
    )  # fmt: skip


def count_overdue(transaction: Transaction, practice: str) -> int:
    """How many, counted up to COUNTED."""
    found = select(_overdue(transaction, practice)).limit(COUNTED).subquery()
    return transaction.execute(select(func.count()).select_from(found)).scalar_one()


def is_overdue(transaction: Transaction, practice: str, message_id: UUID) -> bool:
    """Whether this message is overdue."""
    found = _overdue(transaction, practice)
    return transaction.execute(select(found.c.id).where(found.c.id == message_id)).first() is not None


def _overdue(transaction: Transaction, practice: str) -> Subquery:
    """Each kind by its own index, which holds those alone that wait: an OR would read all messages of the practice."""
    alerted = (
        select(*_columns(ladder_run.c.alerted_at))
        .select_from(ladder_run.join(message))
        .where(ladder_run.c.practice == practice, _is_alerted(), waits())
    )
    renewed = _late(transaction, practice, message.c.renewed_answer_by, UNANSWERED)
    first = _late(transaction, practice, message.c.answer_by, AWAITED).where(
        message.c.renewed_answer_by.is_(None), message.c.kept_open.is_not(True)
    )
    return union_all(alerted, renewed, first).subquery()


def _late(transaction: Transaction, practice: str, promised: Column[datetime], indexed: TextClause) -> Select[Any]:
    """What is past its moment and was not alerted."""
    now = transaction.now()
    its_run = (ladder_run.c.practice == message.c.practice) & (ladder_run.c.message == message.c.id)
    was_alerted = select(ladder_run.c.message).where(its_run, _is_alerted()).correlate(message).exists()
    return (
        select(*_columns(literal(None, ladder_run.c.alerted_at.type)))
        .select_from(message)
        # No answer is promised before a message is accepted: what is older isn't even read.
        .where(message.c.practice == practice, promised < now, promised >= now - LOOKED_BACK)
        .where(message.c.id >= oldest_id(now))
        # As the index has it, so that it can be used; then whether anybody is done with it.
        .where(indexed, waits(), ~was_alerted)
    )


def _columns(alerted_at: ColumnElement[datetime] | BindParameter[Any]) -> tuple[ColumnElement[Any], ...]:
    shown = (message.c.id, message.c.conversation, message.c.accepted_at)
    return (*shown, promised().label("answer_by"), alerted_at.label("alerted_at"))


def _is_alerted() -> ColumnElement[bool]:
    return ladder_run.c.alerted_at.is_not(None) & ladder_run.c.ended_at.is_(None)


def oldest_id(now: datetime) -> UUID:
    """The id below which messages are too old to be looked at."""
    return first_id(now - LOOKED_BACK)


def waits() -> ColumnElement[bool]:
    """Whether a message waits for an answer, or for a further one."""
    unanswered = (message.c.state != State.ANSWERED.value) & message.c.outcome.is_(None) & ~_done().exists()
    return unanswered | (message.c.kept_open.is_(True) & ~_done().where(~was_done_before_promise()).exists())


def held_by_somebody() -> ColumnElement[bool]:
    """Whether a message is in the open inbox of somebody who must take care of it."""
    return _of_responsible().where(delivery.c.state.in_(UNDONE)).exists()


def left_alone(transaction: Transaction, practice: str, conversation_id: UUID) -> list[UUID]:
    """The messages of a conversation that wait and are in no open inbox of who must take care of them."""
    return _waiting(transaction, practice, conversation_id, ~held_by_somebody())


def waiting(transaction: Transaction, practice: str, conversation_id: UUID) -> list[UUID]:
    """The messages of a conversation that wait for an answer, or for a further one."""
    return _waiting(transaction, practice, conversation_id)


def _waiting(
    transaction: Transaction, practice: str, conversation_id: UUID, *conditions: ColumnElement[bool]
) -> list[UUID]:
    its = (message.c.practice == practice) & (message.c.conversation == conversation_id)
    delivered = message.c.state.not_in((State.ACCEPTED.value, State.PARKED.value))
    wanted = select(message.c.id).where(its, delivered, waits(), *conditions)
    return list(transaction.execute(wanted.order_by(message.c.id)).scalars())


def _done() -> Select[Any]:
    """Somebody who had to take care of the message is done with it for everybody.

    They were not before its topic was corrected, and didn't leave it to a colleague. Who owns the conversation since
    then changes nothing.
    """
    done = _of_message().where(_finishes(), delivery.c.state == DeliveryState.DONE.value)
    return done.where(~was_done_before_correction(), ~left_to_colleague())


def left_to_colleague() -> ColumnElement[bool]:
    """Whether the holder of a delivery that is done left its message to a colleague, who isn't done with it.

    `router.coverage.taking_care` says the same of what was read. A colleague who has it only since the holder was done
    with it for everybody names the holder in turn: so a process of the release before leaves the two.
    """
    same = (COLLEAGUE.c.practice == delivery.c.practice) & (COLLEAGUE.c.message == delivery.c.message)
    has_it = (COLLEAGUE.c.staff == delivery.c.handled_by) & (COLLEAGUE.c.staff != delivery.c.staff)
    takes_care = COLLEAGUE.c.handled_by.is_distinct_from(delivery.c.staff)
    found = select(COLLEAGUE.c.id).where(same, has_it, takes_care, COLLEAGUE.c.state != DeliveryState.DONE.value)
    return found.correlate(delivery).exists()


def was_done_before_correction() -> ColumnElement[bool]:
    """Whether a delivery that is done was so before its message was moved to another topic.

    That leaves the message to those who have the new topic. A message that was finished when another one of its
    conversation was corrected stays finished.
    """
    later = _corrections().where(topic_change.c.at > delivery.c.opened_at)
    return later.correlate(message, delivery).exists()


def corrected_at() -> ColumnElement[datetime]:
    """When a message was last moved to another topic; null: never."""
    last = _corrections().with_only_columns(func.max(topic_change.c.at)).correlate(message)
    return last.scalar_subquery()


def _corrections() -> Select[Any]:
    return select(topic_change.c.number).where(
        topic_change.c.practice == message.c.practice,
        topic_change.c.conversation == message.c.conversation,
        topic_change.c.message == message.c.id,
    )


def _of_responsible() -> Select[Any]:
    """The deliveries of the owner, and of those who have the message by more than a forward."""
    return _of_message().where(_is_responsible())


def _of_message() -> Select[Any]:
    return select(delivery.c.id).where(delivery.c.practice == message.c.practice, delivery.c.message == message.c.id)


def _finishes() -> ColumnElement[bool]:
    """Whether the `done` of a delivery counts for everybody: as was noted then, or as its holder is responsible now."""
    return delivery.c.finishes.is_(True) | (delivery.c.finishes.is_(None) & _is_responsible())


def _is_responsible() -> ColumnElement[bool]:
    """Whether the holder of a delivery must take care of the message.

    The owner is looked up where it is asked for: joined, a plan that was made of empty tables reads all conversations.
    """
    same = (THREAD.c.practice == message.c.practice) & (THREAD.c.id == message.c.conversation)
    owner = select(THREAD.c.owner).where(same).correlate(message).scalar_subquery()
    return (delivery.c.step != HandOver.FORWARD.value) | (delivery.c.staff == owner)


def was_done_before_promise() -> ColumnElement[bool]:
    """Whether a delivery that is done was so before the reply that has kept its message open since."""
    done_at = func.coalesce(delivery.c.opened_at, delivery.c.received_at)
    # Of what a process of the release before kept open, the newest reply of the conversation says when.
    replies = select(reply.c.id).where(
        reply.c.practice == message.c.practice,
        reply.c.conversation == message.c.conversation,
        reply.c.replied_at > done_at,
    )
    # Named, for SQLAlchemy takes of what encloses a condition the nearest query's tables only.
    replied = replies.correlate(message, delivery).exists()
    return case((message.c.kept_open_at.is_(None), replied), else_=message.c.kept_open_at > done_at)


def _holders(transaction: Transaction, practice: str, ids: list[UUID]) -> dict[UUID, list[str]]:
    these = (delivery.c.practice == practice) & transaction.one_of(delivery.c.message, ids)
    found: dict[UUID, list[str]] = defaultdict(list)
    wanted = select(delivery.c.message, delivery.c.staff).where(these, delivery.c.state.in_(UNDONE))
    for row in transaction.execute(wanted.order_by(delivery.c.received_at, delivery.c.staff)):
        found[row.message].append(row.staff)
    return found
