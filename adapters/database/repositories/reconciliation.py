"""Promises 1 to 4, and the steps of ladders, checked from the tables."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Row, Select, Table, Tuple, Uuid, func, literal, select, tuple_
from typing_extensions import override

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


class ReconciliationRepository(Reconciliation):
    """See router.ports.operations.Reconciliation."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def counted(self) -> dict[str, int]:
        tables: dict[str, Table] = {"messages": message, "deliveries": delivery, "notifications": notification}
        return {
            name: self._transaction.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in tables.items()
        }

    @override
    def slice(self, after: Key | None, limit: int) -> Slice:
        last = self._last_of(after, limit)
        messages = _within(message.c.id, after, last)
        breaches = [
            *self._messages(messages, after, last),
            *self._ownerless(messages),
            *self._notifications(after, last),
            *self._steps(after, last),
        ]
        return Slice(tuple(breaches), last)

    @override
    def in_flight(self) -> list[Breach]:
        return [
            *self._silent_notifications(),
            *self._stuck_runs(),
            *self._stuck_messages(),
            *self._stuck_notifications(),
        ]

    def _last_of(self, after: Key | None, limit: int) -> Key | None:
        """The last message of the slice that begins behind this one; None where it is the last of all."""
        keys = select(message.c.practice, message.c.id).where(*_within(message.c.id, after, None))
        found = keys.order_by(message.c.practice, message.c.id).offset(limit - 1).limit(1)
        row = self._transaction.execute(found).one_or_none()
        return (row.practice, row.id) if row is not None else None

    def _messages(self, these: Conditions, after: Key | None, last: Key | None) -> Iterator[Breach]:
        """Accepted or parked means no delivery; else the deliveries equal the resolutions and the hand-overs."""
        delivered = self._inboxes(delivery.c.staff, after, last)
        handed = self._inboxes(hand_over.c.taker, after, last)
        states = select(message.c.practice, message.c.id, message.c.state, resolution.c.recipients).select_from(
            message.outerjoin(resolution)
        )
        ordered = states.where(*these).order_by(message.c.practice, message.c.id, resolution.c.number)
        rows = self._transaction.execute(ordered)
        for key, resolutions in groupby(rows, key=lambda row: (row.practice, row.id)):
            stored = list(resolutions)
            state, found = stored[-1].state, delivered.get(key, set())
            if state in WITHOUT_DELIVERY:
                if found:
                    yield Breach(1, key[0], str(key[1]), f"is {state} but was delivered")
                continue
            expected = {one["staff"] for row in stored for one in row.recipients or ()} | handed.get(key, set())
            if not found:
                yield Breach(1, key[0], str(key[1]), f"is {state} but in no inbox")
            elif found != expected:
                yield Breach(2, key[0], str(key[1]), "its inboxes are not those of its resolution")

    def _ownerless(self, these: Conditions) -> Iterator[Breach]:
        """What waits for an answer is in the open inbox of somebody who must take care of it.

        What a leaver holds counts: where nobody else is active it stays with them, parked in sight.
        """
        anybodys = select(delivery.c.id).where(
            delivery.c.practice == message.c.practice, delivery.c.message == message.c.id
        )
        ownerless = (
            select(message.c.practice, message.c.id)
            .join_from(message, conversation)
            .where(*these, message.c.state.not_in(WITHOUT_DELIVERY), waits())
            .where(anybodys.exists(), ~held_by_somebody())
        )
        for row in self._transaction.execute(ownerless):
            yield Breach(2, row.practice, str(row.id), "waits for an answer and is in nobody's open inbox")

    def _inboxes(self, holder: Column[str], after: Key | None, last: Key | None) -> dict[Key, set[str]]:
        """Who holds, or was handed, each message of the slice."""
        table = holder.table
        found: dict[Key, set[str]] = {}
        held = select(table.c.practice, table.c.message, holder.label("holder"))
        for row in self._transaction.execute(held.where(*_within(table.c.message, after, last))):
            found.setdefault((row.practice, row.message), set()).add(row.holder)
        return found

    def _notifications(self, after: Key | None, last: Key | None) -> Iterator[Breach]:
        """Every delivery of the slice has exactly one notification."""
        counted = (
            select(delivery.c.practice, delivery.c.id, func.count(notification.c.id).label("notifications"))
            .select_from(delivery.outerjoin(notification))
            .where(*_within(delivery.c.message, after, last))
            .group_by(delivery.c.practice, delivery.c.id)
            .having(func.count(notification.c.id) != 1)
        )
        for row in self._transaction.execute(counted):
            yield Breach(4, row.practice, str(row.id), f"the delivery has {row.notifications} notifications")

    def _silent_notifications(self) -> Iterator[Breach]:
        """Suppressed and parked ones say why."""
        explained = (NotificationState.SUPPRESSED.value, NotificationState.PARKED.value)
        silent = select(notification.c.practice, notification.c.id, notification.c.state).where(
            notification.c.state.in_(explained), notification.c.reason.is_(None)
        )
        for row in self._rows(silent):
            yield Breach(4, row.practice, str(row.id), f"the notification is {row.state} without a reason")

    def _steps(self, after: Key | None, last: Key | None) -> Iterator[Breach]:
        """Each person whom a fired step told has one notification of it, and who got the message a hand-over."""
        told: dict[tuple[str, Any, int, int], set[str]] = {}
        notices = select(step_notice).where(*_within(step_notice.c.message, after, last))
        for row in self._transaction.execute(notices):
            told.setdefault((row.practice, row.message, row.run, row.step), set()).add(row.staff)
        handed = self._inboxes(hand_over.c.taker, after, last)
        for row in self._transaction.execute(select(ladder_step).where(*_within(ladder_step.c.message, after, last))):
            if told.pop((row.practice, row.message, row.run, row.step), set()) != set(row.told):
                yield Breach(12, row.practice, str(row.message), f"step {row.step + 1} didn't tell whom it names")
            if not handed.get((row.practice, row.message), set()).issuperset(row.takers):
                yield Breach(12, row.practice, str(row.message), f"step {row.step + 1} didn't give it to whom it names")

    def _stuck_runs(self) -> Iterator[Breach]:
        oldest = self._transaction.now() - OLDEST_IN_FLIGHT
        stuck = select(ladder_run.c.practice, ladder_run.c.message).where(ladder_run.c.due_at < oldest)
        for row in self._rows(stuck):
            yield Breach(12, row.practice, str(row.message), "has waited for its next step for too long")

    def _stuck_messages(self) -> Iterator[Breach]:
        oldest = self._transaction.now() - OLDEST_IN_FLIGHT
        stuck = select(message.c.practice, message.c.id).where(
            message.c.state == State.ACCEPTED.value, message.c.due_at < oldest
        )
        for row in self._rows(stuck):
            yield Breach(1, row.practice, str(row.id), "has waited to be routed for too long")

    def _stuck_notifications(self) -> Iterator[Breach]:
        """A relay that is known to be down explains what waits for it."""
        if self._transaction.execute(select(relay.c.id)).one_or_none() is not None:
            return
        in_flight = (NotificationState.DUE.value, NotificationState.LEASED.value)
        stuck = select(notification.c.practice, notification.c.id, notification.c.state).where(
            notification.c.state.in_(in_flight), notification.c.due_at < self._transaction.now() - OLDEST_IN_FLIGHT
        )
        for row in self._rows(stuck):
            yield Breach(4, row.practice, str(row.id), f"the notification has been {row.state} for too long")

    def _rows(self, wanted: Select[Any]) -> Iterator[Row[Any]]:
        """Read in slices, so that millions of rows don't have to fit into memory."""
        yield from self._transaction.execute(wanted.execution_options(yield_per=5_000))


def _within(column: Column[UUID], after: Key | None, last: Key | None) -> Conditions:
    """Whether a row belongs to a message of the slice: behind the first key, up to and with the second."""
    key = tuple_(column.table.c.practice, column)
    begins = [] if after is None else [key > _literal(after)]
    return begins if last is None else [*begins, key <= _literal(last)]


def _literal(key: Key) -> Tuple:
    return tuple_(literal(key[0]), literal(key[1], Uuid))
