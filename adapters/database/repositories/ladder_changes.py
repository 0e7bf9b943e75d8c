"""Changes that open runs of ladders must follow, and the runs and messages that have to."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, delete, false, func, or_, select, update
from typing_extensions import override

from adapters.database import codec
from adapters.database.repositories import ladder_claims, queue
from adapters.database.repositories.ladder_queue import ESCALATE
from adapters.database.repositories.overdue import oldest_id, waits
from adapters.database.repositories.practices import hold
from adapters.database.tables import conversation, ladder_change, ladder_run, message, waiting
from adapters.database.tables.messages import AWAITED
from adapters.database.transaction import Transaction
from router.messages.priority import Priority
from router.messages.states import State
from router.messaging.ladder import Ladder
from router.ports.ladder_changes import (
    CountedOpen,
    LadderChange,
    LadderChanges,
    OpenMessage,
    OpenMessages,
    Place,
    TakenChange,
    UnreadableMessage,
    WaitingRuns,
)
from router.practice.topics import Topic

# Messages that aren't in inboxes yet get the ladder that is in force when they are routed.
DELIVERED = (State.DELIVERED.value, State.OPENED.value, State.ANSWERED.value)
# Of changes, until one is found that nobody else holds.
LOOKED_AT = 200


class LadderChangeRepository(LadderChanges):
    """See router.ports.ladder_changes.LadderChanges."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def note(self, practice: str, change: LadderChange) -> None:
        anew = {"practice": practice, "kind": change.value, "after_at": None, "after_id": None}
        self._transaction.upsert(ladder_change, [anew])

    @override
    def are_there(self) -> bool:
        return self._transaction.execute(select(ladder_change.c.kind).limit(1)).first() is not None

    @override
    def take(self, besides: Collection[str] = ()) -> TakenChange | None:
        """The first whose practice nobody is changing: a practice that is left out keeps no other one waiting."""
        noted = select(ladder_change.c.practice, ladder_change.c.kind)
        noted = noted.where(~self._transaction.one_of(ladder_change.c.practice, besides)) if besides else noted
        ordered = noted.order_by(ladder_change.c.practice, ladder_change.c.kind).limit(LOOKED_AT)
        for one in self._transaction.execute(ordered).all():
            tenant = hold(self._transaction, [one.practice]).get(one.practice)
            this = (ladder_change.c.practice == one.practice) & (ladder_change.c.kind == one.kind)
            lock = select(ladder_change).where(this).with_for_update(skip_locked=True)
            row = self._transaction.execute(lock).one_or_none() if tenant else None
            if tenant is not None and row is not None:
                after = Place(row.after_id, row.after_at) if row.after_id is not None else None
                return TakenChange(tenant, LadderChange(row.kind), after)
        return None

    @override
    def claim_waiting(self, taken: TakenChange, limit: int) -> WaitingRuns:
        begins = taken.after.at if taken.after and taken.after.at else self._transaction.now()
        wanted: Select[Any] = (
            select(waiting.c.practice, waiting.c.id, waiting.c.due_at)
            .where(waiting.c.kind == ESCALATE, waiting.c.second >= queue.second_of(begins))
            .where(waiting.c.practice == taken.practice.id, waiting.c.due_at >= begins)
            .order_by(waiting.c.second, waiting.c.due_at, waiting.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        if taken.after is not None:
            wanted = wanted.where(or_(waiting.c.due_at > begins, waiting.c.id > taken.after.id))
        rows = self._transaction.execute(wanted).all()
        claimed = ladder_claims.claimed(self._transaction, rows)
        held = {message_id for _, message_id in claimed.messages}
        kept = next((index for index, row in enumerate(rows) if row.id not in held), len(rows))
        after = Place(rows[kept - 1].id, rows[kept - 1].due_at) if kept else taken.after
        return WaitingRuns(claimed, after, are_last=kept == len(rows) < limit)

    @override
    def open_messages(self, taken: TakenChange, limit: int) -> list[OpenMessage | UnreadableMessage]:
        wanted = self._open(taken.practice.id).add_columns(message.c.id, message.c.accepted_at)
        wanted = wanted.order_by(message.c.id).limit(limit)
        if taken.after is not None:
            wanted = wanted.where(message.c.id > taken.after.id)
        return [_open_message(row) for row in self._transaction.execute(wanted)]

    @override
    def go_on(self, taken: TakenChange, after: Place | None) -> None:
        reached = {"after_at": after.at if after else None, "after_id": after.id if after else None}
        self._transaction.execute(update(ladder_change).where(_this(taken)).values(**reached))

    @override
    def finish(self, taken: TakenChange) -> None:
        self._transaction.execute(delete(ladder_change).where(_this(taken)))

    @override
    def count_open(self, practice: str, limit: int) -> CountedOpen:
        wanted, left_out = self._open(practice), self._newest_after(practice, limit)
        if left_out is not None:
            wanted = wanted.where(message.c.id > left_out)
        found = wanted.subquery()
        columns = (found.c.site, found.c.topic, found.c.steps, found.c.priority)
        counted = select(*columns, func.count().label("found")).group_by(*columns)
        messages = [
            OpenMessages(row.site, Topic(row.topic), _steps(row), row.found, urgent=_is_urgent(row))
            for row in self._transaction.execute(counted)
        ]
        return CountedOpen(messages, left_out is None)

    def _newest_after(self, practice: str, count: int) -> UUID | None:
        """The newest of the unanswered messages that stand behind the `count` newest ones; None if there are none."""
        recent = (message.c.practice == practice) & (message.c.id >= oldest_id(self._transaction.now()))
        ordered = select(message.c.id).where(recent, AWAITED).order_by(message.c.id.desc())
        return self._transaction.execute(ordered.offset(count).limit(1)).scalar_one_or_none()

    def _open(self, practice: str) -> Select[Any]:
        return (
            select(_of_thread("site"), _of_thread("topic"), _of_run("steps"), message.c.priority)
            .where(message.c.practice == practice, message.c.id >= oldest_id(self._transaction.now()))
            # As the index has it, so that it can be used: what was answered isn't even joined.
            .where(AWAITED, message.c.state.in_(DELIVERED), waits())
            # What climbs the ladder of urgent messages goes on with it.
            .where(func.coalesce(_of_run("urgent"), false()) == false())
        )


def _this(taken: TakenChange) -> ColumnElement[bool]:
    return (ladder_change.c.practice == taken.practice.id) & (ladder_change.c.kind == taken.change.value)


def _of_thread(name: str) -> ColumnElement[Any]:
    """A column of the message's conversation, looked up: a join may read all conversations of the practice."""
    same = (conversation.c.practice == message.c.practice) & (conversation.c.id == message.c.conversation)
    return select(conversation.c[name]).where(same).correlate(message).scalar_subquery().label(name)


def _of_run(name: str) -> ColumnElement[Any]:
    """A column of the run that the message's ladder is in, looked up likewise; null where none is."""
    same = (ladder_run.c.practice == message.c.practice) & (ladder_run.c.message == message.c.id)
    latest = (
        select(ladder_run.c[name]).where(same, ladder_run.c.ended_at.is_(None)).order_by(ladder_run.c.number.desc())
    )
    return latest.limit(1).correlate(message).scalar_subquery().label(name)


def _open_message(row: Row[Any]) -> OpenMessage | UnreadableMessage:
    try:
        return OpenMessage(row.id, row.site, Topic(row.topic), row.accepted_at, _steps(row), urgent=_is_urgent(row))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is about this message alone.
        return UnreadableMessage(row.id, error)


def _is_urgent(row: Row[Any]) -> bool:
    return bool(row.priority == Priority.URGENT.value)


def _steps(row: Row[Any]) -> Ladder:
    return codec.ladder_from_json(row.steps) if row.steps is not None else ()
