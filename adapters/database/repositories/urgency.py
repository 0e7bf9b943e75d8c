"""The priority of messages: storing those that are urgent, changing them, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select, update
from typing_extensions import override

from adapters.database.ids import first_id
from adapters.database.repositories.overdue import left_to_colleague, was_done_before_correction
from adapters.database.tables import conversation, delivery, message, priority_change, red_flag_mark, red_flag_trial
from adapters.database.transaction import Transaction
from router.messages.acceptance import AcceptedWith, NewMessage
from router.messages.priority import Cause, LoweredBecause, Priority, PriorityChange, Urgency
from router.messages.states import DeliveryState, State
from router.messaging.red_flags import Advice, Mark, said
from router.ports.urgency import MarkCount, Urgencies, WrittenText

COUNTED = 2_000


class UrgencyRepository(Urgencies):
    """See router.ports.urgency.Urgencies."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def change(self, practice: str, message_id: UUID, change: PriorityChange, urgency: Urgency | None) -> None:
        urgent = change.priority is Priority.URGENT
        this = (message.c.practice == practice) & (message.c.id == message_id)
        values: dict[str, Any] = {"priority": change.priority.value, "urgent_since": None}
        if urgency is not None:
            values["urgency"] = urgency_to_json(urgency)
        self._transaction.execute(update(message).where(this).values(**values))
        if urgent:
            self.rise(practice, message_id)
        numbers = select(func.max(priority_change.c.number)).where(
            priority_change.c.practice == practice, priority_change.c.message == message_id
        )
        last = self._transaction.execute(numbers).scalar_one() or 0
        row = _change_row(change) | {"message": message_id, "number": last + 1}
        self._transaction.insert(priority_change, [row], practice=practice)
        marks = (red_flag_mark.c.practice == practice) & (red_flag_mark.c.message == message_id)
        self._transaction.execute(update(red_flag_mark).where(marks).values(lowered=not urgent))

    @override
    def changes(self, practice: str, message_id: UUID) -> list[PriorityChange]:
        these = (priority_change.c.practice == practice) & (priority_change.c.message == message_id)
        rows = self._transaction.execute(select(priority_change).where(these).order_by(priority_change.c.number))
        return [
            PriorityChange(
                row.at,
                Priority(row.priority),
                Cause(row.cause),
                row.staff,
                row.red_flag_group,
                LoweredBecause(row.reason) if row.reason else None,
            )
            for row in rows
        ]

    @override
    def rest(self, practice: str, message_id: UUID) -> None:
        this = (message.c.practice == practice) & (message.c.id == message_id) & message.c.urgent_since.is_not(None)
        self._transaction.execute(update(message).where(this).values(urgent_since=None))

    @override
    def rise(self, practice: str, message_id: UUID) -> None:
        rise(self._transaction, practice, message_id)

    @override
    def counts(self, practice: str, since: datetime) -> Sequence[MarkCount]:
        lowered = func.sum(case((red_flag_mark.c.lowered, 1), else_=0))
        counted = (
            select(red_flag_mark.c.red_flag_group, red_flag_mark.c.phrase, func.count(), lowered)
            .where(red_flag_mark.c.practice == practice, red_flag_mark.c.at >= since)
            .group_by(red_flag_mark.c.red_flag_group, red_flag_mark.c.phrase)
            .order_by(func.count().desc(), red_flag_mark.c.red_flag_group, red_flag_mark.c.phrase)
            .limit(COUNTED)
        )
        return [MarkCount(Mark(row[0], row[1]), row[2], int(row[3])) for row in self._transaction.execute(counted)]

    @override
    def count_trial(self, practice: str, day: str) -> int:
        new = self._transaction.new_in(red_flag_trial).values(practice=practice, day=day, count=1)
        again = {"count": red_flag_trial.c.count + 1}
        counted = new.on_conflict_do_update(index_elements=["practice", "day"], set_=again)
        number: int = self._transaction.execute(counted.returning(red_flag_trial.c.count)).scalar_one()
        return number

    @override
    def texts(self, practice: str, since: datetime, before: UUID | None, limit: int) -> Sequence[WrittenText]:
        is_first = message.c.accepted_at == conversation.c.started_at
        wanted = (
            select(message.c.id, message.c.body, case((is_first, conversation.c.subject)).label("subject"))
            .join_from(message, conversation)
            # Ids begin with their time, and the key is over them.
            .where(message.c.practice == practice, message.c.id >= first_id(since), message.c.accepted_at >= since)
            .order_by(message.c.id.desc())
            .limit(limit)
        )
        if before is not None:
            wanted = wanted.where(message.c.id < before)
        return [WrittenText(row.id, said(row.subject, row.body)) for row in self._transaction.execute(wanted)]


def add_accepted(transaction: Transaction, practice: str, messages: Sequence[NewMessage]) -> None:
    """Record what urgent messages are accepted with; most messages aren't."""
    now = transaction.now()
    changes, marks = [], []
    for new in messages:
        if new.urgency is None:
            continue
        group = new.urgency.marks[0].group if new.urgency.marks else None
        first = PriorityChange(now, Priority.URGENT, new.urgency.cause, group=group)
        changes.append(_change_row(first) | {"message": new.id, "number": 1})
        marks += [
            {"message": new.id, "red_flag_group": mark.group, "phrase": mark.phrase} for mark in new.urgency.marks
        ]
    transaction.insert(priority_change, changes, practice=practice)
    transaction.insert(red_flag_mark, marks, practice=practice, at=now, lowered=False)


def columns_of(new: NewMessage, now: datetime) -> dict[str, Any]:
    """What a message has that is more than plain."""
    return {
        "priority": (Priority.URGENT if new.urgency else Priority.ROUTINE).value,
        "urgent_since": now if new.urgency else None,
        "urgency": urgency_to_json(new.urgency) if new.urgency else None,
        "accepted_with": accepted_with_to_json(new.accepted_with or AcceptedWith()),
    }


def urgency_to_json(urgency: Urgency) -> dict[str, Any]:
    """Why a message is urgent, as it is stored."""
    marks = [[mark.group, mark.phrase] for mark in urgency.marks]
    return {"cause": urgency.cause.value, "marks": marks, "staff": urgency.staff}


def urgency_from_json(stored: dict[str, Any] | None) -> Urgency | None:
    """The same the other way round."""
    if stored is None:
        return None
    return Urgency(Cause(stored["cause"]), tuple(Mark(*mark) for mark in stored["marks"]), stored["staff"])


def accepted_with_to_json(accepted_with: AcceptedWith) -> dict[str, Any]:
    """What a writer was answered, as it is stored."""
    advice = accepted_with.advice
    given = {"group": advice.group, "text": advice.text, "phone": advice.phone} if advice else None
    stored = {"priority": accepted_with.priority.value, "advice": given, "seen": accepted_with.seen}
    # Beside the advice, where the version before doesn't look.
    return stored | {"language": advice.language} if advice else stored


def accepted_with_from_json(stored: dict[str, Any] | None) -> AcceptedWith:
    """The same the other way round."""
    if stored is None:
        return AcceptedWith()
    given = stored["advice"]
    advice = Advice(**given, language=stored.get("language", "")) if given else None
    return AcceptedWith(Priority(stored["priority"]), advice, stored["seen"])


def _change_row(change: PriorityChange) -> dict[str, Any]:
    return {
        "at": change.at,
        "priority": change.priority.value,
        "cause": change.cause.value,
        "staff": change.staff,
        "red_flag_group": change.group,
        "reason": change.reason.value if change.reason else None,
    }


def rise(transaction: Transaction, practice: str, message_id: UUID, *conditions: ColumnElement[bool]) -> None:
    """List a message first again if it is urgent and waits for an answer, and these conditions hold."""
    this = (message.c.practice == practice) & (message.c.id == message_id)
    urgent = (message.c.priority == Priority.URGENT.value) & (message.c.state != State.ANSWERED.value)
    risen = update(message).where(this, urgent, message.c.urgent_since.is_(None), message.c.outcome.is_(None))
    transaction.execute(risen.where(*conditions).values(urgent_since=transaction.now()))


def rise_unless_done(transaction: Transaction, practice: str, message_id: UUID) -> None:
    """Likewise, unless there is still somebody who is done with it for everybody."""
    its = (delivery.c.practice == message.c.practice) & (delivery.c.message == message.c.id)
    done = select(delivery.c.id).where(its, delivery.c.state == DeliveryState.DONE.value, ~was_done_before_correction())
    rise(transaction, practice, message_id, ~done.where(~left_to_colleague()).exists())
