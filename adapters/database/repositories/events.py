"""Events for frontends. They are numbered when they are read, so that no writer waits for another."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select, update
from typing_extensions import override

from adapters.database.ids import uuid7
from adapters.database.repositories.answer_times import promised
from adapters.database.tables import event, message
from adapters.database.transaction import Transaction
from router.messages.events import Event, EventKind, EventPage, NewEvent
from router.ports.conversations import Events

NUMBERED_AT_ONCE = 5_000
# So many numbers, which have no gaps, are looked at for kinds that may be rare.
LOOKED_AT = 5_000
# Kinds that the release before can't read, and what it reads in their place: that there is something to look at. Each
# is stored as a different one, so that they can be distinguished; a message that is finished has been opened.
READ_BEFORE = {EventKind.TOPIC_CHANGED: EventKind.REPLIED, EventKind.FINISHED: EventKind.OPENED}


class EventRepository(Events):
    """See router.ports.conversations.Events."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def add(self, practice_id: str, events: Sequence[NewEvent]) -> None:
        plain = [_row(one) for one in events if one.kind not in READ_BEFORE]
        others = [
            _row(one) | {"more": {"kind": one.kind.value, **(one.more or {})}}
            for one in events
            if one.kind in READ_BEFORE
        ]
        for rows in (plain, others):
            self._transaction.insert(event, rows, practice=practice_id, at=self._transaction.now())

    @override
    def number(self, practice_id: str) -> None:
        """Number what is committed and has no number, one reader of a practice at a time.

        What commits later gets a later number, whatever its clock says: a reader who has seen a number has seen all
        before it.
        """
        if not self._transaction.is_sqlite:
            turn = func.pg_advisory_xact_lock(func.hashtextextended(f"events of {practice_id}", 0))
            self._transaction.execute(select(turn))
        own = event.c.practice == practice_id
        last = self._transaction.execute(select(func.max(event.c.number)).where(own)).scalar_one() or 0
        fresh = select(event.c.id).where(own, event.c.number.is_(None)).order_by(event.c.at, event.c.id)
        ids = self._transaction.execute(fresh.limit(NUMBERED_AT_ONCE)).scalars().all()
        if ids:
            numbered = update(event).where(own, event.c.id == bindparam("of_id")).values(number=bindparam("new_number"))
            rows = [{"of_id": one, "new_number": last + place} for place, one in enumerate(ids, start=1)]
            self._transaction.execute(numbered, rows)

    @override
    def after(self, practice_id: str, number: int, kinds: Collection[EventKind], limit: int) -> EventPage:
        of_practice = event.c.practice == practice_id
        last = self._transaction.execute(select(func.max(event.c.number)).where(of_practice)).scalar_one() or 0
        end = max(number, min(number + LOOKED_AT, last))
        plain = event.c.more.is_(None) & event.c.kind.in_(sorted(kind.value for kind in kinds))
        stored_as = sorted(READ_BEFORE[kind].value for kind in kinds if kind in READ_BEFORE)
        fits = or_(plain, event.c.more.is_not(None) & event.c.kind.in_(stored_as)) if stored_as else plain
        its_message = (message.c.practice == event.c.practice) & (message.c.id == event.c.message)
        following = (
            select(event.c.number)
            .where(of_practice, event.c.number > number, event.c.number <= end, fits)
            .order_by(event.c.number)
            .limit(limit)
            .subquery()
        )
        these = of_practice & (event.c.number == following.c.number)
        # Found first: of a plan that was made when there were few, all of them would be joined.
        joined = following.join(event, these).outerjoin(message, its_message)
        wanted = select(event, promised().label("answer_by")).select_from(joined).order_by(event.c.number)
        events = tuple(_event(row) for row in self._transaction.execute(wanted))
        return EventPage(events, events[-1].number if len(events) == limit else end)


def _row(new: NewEvent) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "kind": READ_BEFORE.get(new.kind, new.kind).value,
        "patient": new.patient,
        "conversation": new.conversation,
        "message": new.message,
    }


def _event(row: Row[Any]) -> Event:
    kind = EventKind(row.more["kind"] if row.more else row.kind)
    found = (row.number, row.at, kind, row.patient, row.conversation, row.message)
    return Event(*found, answer_by=None if kind is EventKind.FINISHED else row.answer_by, more=row.more)
