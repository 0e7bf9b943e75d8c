"""Emails that are due, leased, sent or parked. Waiting, and the end of a lease, is the column `due_at`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column, select, tuple_, update
from typing_extensions import override

from adapters.database import transitions
from adapters.database.repositories import notifications_alike, pacing
from adapters.database.repositories import parked as parked_rows
from adapters.database.repositories.leased_notifications import WHO_IS_TOLD, read_leased, threads_of
from adapters.database.tables import attempt, notification, relay
from adapters.database.transaction import Transaction
from adapters.database.transitions import advance, is_in
from router.messages.notification import PACED_KINDS, Lease, SentNotification
from router.messages.states import NotificationState
from router.operations.status import ParkedSlice
from router.ports.notifications import Notifications

PAUSED_UNTIL = select(relay.c.paused_until)
# Written out, as in the partial indexes: a plan that is kept for any value can't use them.
LEASED = notification.c.state == literal_column("'leased'")
IN_FLIGHT = notification.c.state.in_(
    [literal_column(f"'{state.value}'") for state in transitions.sources(notification, [NotificationState.LEASED])]
)

# Of what has a token: looked up by that, never in an index of states.
IS_LEASED = is_in(notification, (NotificationState.LEASED,))

# Asked after every batch: made once.
HELD = (
    select(notification.c.practice, notification.c.id, notification.c.attempts)
    .where(notification.c.token == bindparam("held_by"), IS_LEASED)
    .with_for_update()
)


def in_flight(transaction: Transaction) -> Sequence[ColumnElement[bool]]:
    """What is due or leased. On PostgreSQL a look begins where the last one found something."""
    begins = transaction.begins_at(transaction.memory.floors.notifications)
    return (IN_FLIGHT,) if begins is None or transaction.is_sqlite else (IN_FLIGHT, notification.c.due_at >= begins)


class NotificationRepository(Notifications):
    """See router.ports.notifications.Notifications."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def lease(self, token: UUID, seconds: int, limit: int) -> Lease:
        lease = Lease(token, self._transaction.now(), self._transaction.now() + timedelta(seconds=seconds), ())
        if relay_is_paused(self._transaction):
            return lease
        # Before anything is leased: should the transaction be rolled back, what is due now is due again.
        if not self._transaction.is_sqlite:
            self._note_floor()
        this = tuple_(notification.c.practice, notification.c.id)
        # Apart, what is due is looked for once: within the condition it may be looked for again for each row, and then
        # more than the limit is leased.
        due = self._due(limit).cte("due")
        leased = (
            advance(notification, NotificationState.LEASED)
            .where(this.in_(select(due.c.practice, due.c.id)))
            .values(token=token, due_at=lease.ends)
            .returning(notification.c.kind)
        )
        kinds = set(self._transaction.execute(leased).scalars())
        readers = [wanted for told, wanted in WHO_IS_TOLD if not kinds.isdisjoint(told)]
        held = (notification.c.token == token) & IS_LEASED
        now = self._transaction.now()
        rows = [row for wanted in readers for row in self._transaction.execute(wanted.where(held))]
        threads = threads_of(self._transaction, rows)
        told = tuple(read_leased(row, now, threads) for row in rows)
        others = notifications_alike.find(self._transaction, token, rows, threads)
        paced = [(one, row.staff) for one, row in zip(told, rows, strict=True) if one.kind in PACED_KINDS]
        others += pacing.take_turns(self._transaction, paced)
        return replace(lease, notifications=told, others=others)

    def _due(self, limit: int) -> Select[Any]:
        return (
            select(notification.c.practice, notification.c.id)
            .where(*in_flight(self._transaction), notification.c.due_at <= self._transaction.now())
            # Those of one message stand together.
            .order_by(notification.c.due_at, notification.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )

    def _note_floor(self) -> None:
        oldest = select(func.min(notification.c.due_at)).where(*in_flight(self._transaction))
        found = self._transaction.execute(oldest).scalar_one()
        self._transaction.memory.floors.notifications.rise(self._transaction.unshifted_now(), found)

    @override
    def look_at_all(self) -> None:
        floor, now = self._transaction.memory.floors.notifications, self._transaction.now()
        if not self._transaction.is_sqlite and floor.is_time_for_all(now):
            began = self._transaction.execute(select(self._transaction.clock)).scalar_one()
            self._note_floor()
            floor.took(now, self._transaction.execute(select(self._transaction.clock)).scalar_one() - began)

    @override
    def end_leases(self) -> None:
        leased = update(notification).where(LEASED)
        self._transaction.execute(leased.values(due_at=self._transaction.now()))

    @override
    def record(self, token: UUID, outcomes: Sequence[SentNotification]) -> int:
        held = self._transaction.execute(HELD, {"held_by": token})
        attempts = {(row.practice, row.id): row.attempts for row in held}
        kept = [one for one in outcomes if (one.practice, one.id) in attempts]
        numbers = {(one.practice, one.id): attempts[one.practice, one.id] + (one.answer is not None) for one in kept}
        changed = [
            {
                "practice": one.practice,
                "id": one.id,
                "state": one.state.value,
                "reason": one.reason,
                "carrier": one.carrier,
                "due_at": one.due_at,
                "deferrals": one.deferrals,
                "attempts": numbers[one.practice, one.id],
            }
            for one in kept
        ]
        self._transaction.advance(notification, {one.state for one in kept}, changed, token=None)
        tried = [row for one in kept for row in _attempt(one, numbers)]
        self._transaction.insert(attempt, tried, at=self._transaction.now())
        return len(kept)

    @override
    def requeue(self, practice: str, notification_id: UUID) -> bool:
        return self._due_again((notification.c.practice == practice) & (notification.c.id == notification_id)) > 0

    @override
    def requeue_parked(self, practice: str, parked: ParkedSlice) -> list[UUID]:
        # What is parked was due last when it was parked.
        these = parked_rows.rows(notification, practice, parked).where(
            parked_rows.IS_PARKED_NOTIFICATION,
            notification.c.due_at >= parked.since,
            notification.c.reason == parked.reason,
        )
        found = self._transaction.execute(these).scalars().all()
        self._due_again((notification.c.practice == practice) & self._transaction.one_of(notification.c.id, found))
        return list(found)

    def _due_again(self, these: ColumnElement[bool]) -> int:
        due = advance(notification, NotificationState.DUE, NotificationState.PARKED).where(these)
        again = due.values(reason=None, deferrals=0, due_at=self._transaction.now())
        return self._transaction.execute(again).rowcount


def relay_is_paused(transaction: Transaction) -> bool:
    """Whether the relay is left alone for now."""
    paused = transaction.execute(PAUSED_UNTIL).scalar_one_or_none()
    return paused is not None and paused > transaction.now()


def _attempt(sent: SentNotification, numbers: dict[tuple[str, UUID], int]) -> list[dict[str, Any]]:
    if sent.answer is None:
        return []
    return [
        {
            "practice": sent.practice,
            "notification": sent.id,
            "number": numbers[sent.practice, sent.id],
            "outcome": sent.answer.outcome.value,
            "code": sent.answer.code,
            "answer": sent.answer.text,
        }
    ]
