"""Promises 1 to 4, and the steps of ladders, checked from the tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Join, Row, Table, Tuple, Uuid, exists, func, literal, or_, select, tuple_
from typing_extensions import override

from adapters.database.materialized import found_by_itself
from adapters.database.repositories.overdue import held_by_somebody, waits
from adapters.database.tables import (
    conversation,
    delivery,
    hand_over,
    ladder_run,
    ladder_step,
    message,
    notification,
    relay,
    resolution,
    step_notice,
)
from adapters.database.transaction import Transaction
from router.messages.states import NotificationState, State
from router.operations.reconciliation import Breach, Key, Slice
from router.ports.operations import Reconciliation

# Older than this, something in flight is stuck rather than busy: well beyond a lease and its repeats.
OLDEST_IN_FLIGHT = timedelta(minutes=15)
Conditions = Sequence[ColumnElement[bool]]
WITHOUT_DELIVERY = (State.ACCEPTED.value, State.PARKED.value)
EXPLAINED = (NotificationState.SUPPRESSED.value, NotificationState.PARKED.value)
IN_FLIGHT = (NotificationState.DUE.value, NotificationState.LEASED.value)
NOTIFICATION_PROBLEMS = {
    **{state: f"is {state} without a reason" for state in EXPLAINED},
    **{state: f"has been {state} for too long" for state in IN_FLIGHT},
}


class ReconciliationRepository(Reconciliation):
    """See router.ports.operations.Reconciliation."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def slice(self, after: Key | None, limit: int) -> Slice:
        last = self._last_of(message, after, limit)
        within = _Within(after, last, limit)
        delivered, handed = self._people(delivery.c.staff, within), self._people(hand_over.c.taker, within)
        messages = _Messages(delivered, handed, self._transaction.now() - OLDEST_IN_FLIGHT)
        breaches = [
            *messages.check(self._resolved(within)),
            *self._ownerless(within),
            *self._notified(within),
            *self._misplaced(within),
            *self._steps(within, handed),
        ]
        counted = {"messages": messages.count, "deliveries": sum(map(len, delivered.values()))}
        return Slice(tuple(breaches), last, counted)

    @override
    def notifications(self, after: Key | None, limit: int) -> Slice:
        last = self._last_of(notification, after, limit)
        these = _Within(after, last, limit).of(notification.c.id)
        silent = notification.c.state.in_(EXPLAINED) & notification.c.reason.is_(None)
        late = notification.c.due_at < self._transaction.now() - OLDEST_IN_FLIGHT
        # A relay that is known to be down explains what waits for it.
        relay_is_up = ~exists(select(relay.c.id))
        stuck = notification.c.state.in_(IN_FLIGHT) & late & relay_is_up
        wrong = select(notification.c.practice, notification.c.id, notification.c.state).where(*these, silent | stuck)
        breaches = tuple(
            Breach(4, row.practice, str(row.id), f"the notification {NOTIFICATION_PROBLEMS[row.state]}")
            for row in self._transaction.execute(wrong)
        )
        count = self._transaction.execute(select(func.count()).select_from(notification).where(*these)).scalar_one()
        return Slice(breaches, last, {"notifications": count})

    def _last_of(self, table: Table, after: Key | None, limit: int) -> Key | None:
        """The last row of the slice that begins behind this key; None where it is the last of all."""
        keys = select(table.c.practice, table.c.id).where(*_Within(after, None, limit).of(table.c.id))
        found = keys.order_by(table.c.practice, table.c.id).offset(limit - 1).limit(1)
        row = self._transaction.execute(found).one_or_none()
        return (row.practice, row.id) if row is not None else None

    def _resolved(self, within: "_Within") -> Iterable[Row[Any]]:
        """The messages of the slice with each of their resolutions, by key."""
        columns = (message.c.practice, message.c.id, message.c.state, message.c.due_at, resolution.c.recipients)
        wanted = select(*columns).select_from(within.joined_to(message, message.c.id).outerjoin(resolution))
        return self._transaction.execute(wanted.order_by(message.c.practice, message.c.id, resolution.c.number))

    def _ownerless(self, within: "_Within") -> Iterator[Breach]:
        """What waits for an answer is in the open inbox of somebody who must take care of it.

        What a leaver holds counts: where nobody else is active it stays with them, parked in sight.
        """
        anybodys = select(delivery.c.id).where(
            delivery.c.practice == message.c.practice, delivery.c.message == message.c.id
        )
        ownerless = (
            select(message.c.practice, message.c.id)
            .select_from(within.joined_to(message, message.c.id))
            .where(message.c.state.not_in(WITHOUT_DELIVERY), waits())
            .where(anybodys.exists(), ~held_by_somebody())
        )
        for row in self._transaction.execute(ownerless):
            yield Breach(2, row.practice, str(row.id), "waits for an answer and is in nobody's open inbox")

    def _people(self, holder: Column[str], within: "_Within") -> dict[Key, set[str]]:
        """Who holds, or was handed, each message of the slice."""
        table = holder.table
        found: dict[Key, set[str]] = {}
        held = select(table.c.practice, table.c.message, holder.label("holder"))
        for row in self._transaction.execute(held.where(*within.of(table.c.message))):
            found.setdefault((row.practice, row.message), set()).add(row.holder)
        return found

    def _notified(self, within: "_Within") -> Iterator[Breach]:
        """Every delivery of the slice has exactly one notification."""
        counted = (
            select(delivery.c.practice, delivery.c.id, func.count(notification.c.id).label("notifications"))
            .select_from(within.joined_to(delivery, delivery.c.message).outerjoin(notification))
            .group_by(delivery.c.practice, delivery.c.id)
            .having(func.count(notification.c.id) != 1)
        )
        for row in self._transaction.execute(counted):
            yield Breach(4, row.practice, str(row.id), f"the delivery has {row.notifications} notifications")

    def _misplaced(self, within: "_Within") -> Iterator[Breach]:
        """A delivery says of its message what that says, if anything: what lists ask for."""
        differs = or_(
            delivery.c.conversation != message.c.conversation,
            delivery.c.site.is_distinct_from(conversation.c.site),
            delivery.c.written_at != message.c.accepted_at,
        )
        with_both = within.joined_to(delivery, delivery.c.message).join(message).join(conversation)
        others = select(delivery.c.practice, delivery.c.id).select_from(with_both)
        others = others.where(delivery.c.conversation.is_not(None), differs)
        for row in self._transaction.execute(others):
            yield Breach(2, row.practice, str(row.id), "the delivery says of its message what that doesn't say")

    def _steps(self, within: "_Within", handed: Mapping[Key, set[str]]) -> Iterator[Breach]:
        """Each person whom a fired step told has one notification of it, and who got the message a hand-over."""
        told: dict[tuple[str, UUID, int, int], set[str]] = {}
        for row in self._transaction.execute(select(step_notice).where(*within.of(step_notice.c.message))):
            told.setdefault((row.practice, row.message, row.run, row.step), set()).add(row.staff)
        for row in self._transaction.execute(select(ladder_step).where(*within.of(ladder_step.c.message))):
            if told.get((row.practice, row.message, row.run, row.step), set()) != set(row.told):
                yield Breach(12, row.practice, str(row.message), f"step {row.step + 1} didn't tell whom it names")
            if not handed.get((row.practice, row.message), set()).issuperset(row.takers):
                yield Breach(12, row.practice, str(row.message), f"step {row.step + 1} didn't give it to whom it names")
        oldest = self._transaction.now() - OLDEST_IN_FLIGHT
        stuck = select(ladder_run.c.practice, ladder_run.c.message).where(
            *within.of(ladder_run.c.message), ladder_run.c.due_at < oldest
        )
        for row in self._transaction.execute(stuck):
            yield Breach(12, row.practice, str(row.message), "has waited for its next step for too long")


@dataclass(slots=True)
class _Messages:
    """Who has the messages of a slice and was handed them, and before when one in flight is stuck."""

    delivered: Mapping[Key, set[str]]
    handed: Mapping[Key, set[str]]
    oldest: datetime
    count: int = 0

    def check(self, rows: Iterable[Row[Any]]) -> Iterator[Breach]:
        """Accepted or parked means no delivery; else the deliveries equal the resolutions and the hand-overs."""
        for key, resolutions in groupby(rows, key=lambda row: (row.practice, row.id)):
            self.count += 1
            for promise, problem in self._problems(key, list(resolutions)):
                yield Breach(promise, key[0], str(key[1]), problem)

    def _problems(self, key: Key, resolutions: Sequence[Row[Any]]) -> Iterator[tuple[int, str]]:
        state, found = resolutions[-1].state, self.delivered.get(key, set())
        if state in WITHOUT_DELIVERY:
            if found:
                yield 1, f"is {state} but was delivered"
            if state == State.ACCEPTED and resolutions[-1].due_at < self.oldest:
                yield 1, "has waited to be routed for too long"
            return
        expected = {one["staff"] for row in resolutions for one in row.recipients or ()} | self.handed.get(key, set())
        if not found:
            yield 1, f"is {state} but in no inbox"
        elif found != expected:
            yield 2, "its inboxes are not those of its resolution"


@dataclass(frozen=True, slots=True)
class _Within:
    """The keys of a slice: behind the first of these, up to and with the second; no more than `limit`."""

    after: Key | None
    last: Key | None
    limit: int

    def of(self, column: Column[UUID]) -> Conditions:
        """Whether the message or thing that the column names is of the slice."""
        key = tuple_(column.table.c.practice, column)
        begins = [] if self.after is None else [key > _literal(self.after)]
        return begins if self.last is None else [*begins, key <= _literal(self.last)]

    def joined_to(self, table: Table, column: Column[UUID]) -> Join:
        """The messages of the slice, each with its rows of this table, which the column names.

        They are found by themselves: of two bounds for a pair PostgreSQL expects a quarter of the table, for which it
        would read all of what is joined.
        """
        key = message.c.practice, message.c.id
        some = select(*key).where(*self.of(message.c.id)).order_by(*key).limit(self.limit)
        these = found_by_itself(some, "these")
        return these.join(table, (table.c.practice == these.c.practice) & (column == these.c.id))


def _literal(key: Key) -> Tuple:
    return tuple_(literal(key[0]), literal(key[1], Uuid))
