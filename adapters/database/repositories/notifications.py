"""Emails that are due, leased, sent or parked. Waiting, and the end of a lease, is the column `due_at`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, func, literal_column, select, tuple_, update
from typing_extensions import override

from adapters.database import transitions
from adapters.database.tables import (
    attempt,
    authorized_user,
    conversation,
    delivery,
    notification,
    password_link,
    patient,
    relay,
    reply,
    staff,
)
from adapters.database.transaction import Transaction
from adapters.database.transitions import advance
from router.messages.notification import (
    LINK_KINDS,
    Kind,
    Lease,
    LeasedNotification,
    SentNotification,
    Suppression,
    relay_pause,
)
from router.messages.states import DeliveryState, NotificationState
from router.ports.notifications import Notifications

PAUSED_UNTIL = select(relay.c.paused_until)
# Written out, as in the partial indexes: a plan that is kept for any value can't use them.
LEASED = notification.c.state == literal_column("'leased'")
IN_FLIGHT = notification.c.state.in_(
    [literal_column(f"'{state.value}'") for state in transitions.sources(notification, [NotificationState.LEASED])]
)

# Asked after every batch: made once.
HELD = (
    select(notification.c.practice, notification.c.id, notification.c.attempts)
    .where(notification.c.token == bindparam("held_by"), LEASED)
    .with_for_update()
)
RESUMED = relay.delete()


class NotificationRepository(Notifications):
    """See router.ports.notifications.Notifications."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def lease(self, token: UUID, seconds: int, limit: int) -> Lease:
        lease = Lease(token, self._transaction.now(), self._transaction.now() + timedelta(seconds=seconds), ())
        if relay_is_paused(self._transaction):
            return lease
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
        held = (notification.c.token == token) & LEASED
        now = self._transaction.now()
        told = [_leased(row, now) for wanted in readers for row in self._transaction.execute(wanted.where(held))]
        return replace(lease, notifications=tuple(told))

    def _due(self, limit: int) -> Select[Any]:
        return (
            select(notification.c.practice, notification.c.id)
            .where(IN_FLIGHT, notification.c.due_at <= self._transaction.now())
            .order_by(notification.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )

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
    def pause_relay(self, answer: str) -> datetime:
        known = self._transaction.execute(select(relay.c.failures).with_for_update()).scalar_one_or_none()
        failures = (known or 0) + 1
        until = self._transaction.now() + relay_pause(failures)
        row = {"id": 1, "paused_until": until, "failures": failures, "answer": answer}
        self._transaction.upsert(relay, [row])
        return until

    @override
    def resume_relay(self) -> None:
        self._transaction.execute(RESUMED)

    @override
    def requeue(self, practice: str, notification_id: UUID) -> bool:
        this = (notification.c.practice == practice) & (notification.c.id == notification_id)
        due = advance(notification, NotificationState.DUE, NotificationState.PARKED).where(this)
        again = due.values(reason=None, deferrals=0, due_at=self._transaction.now())
        return self._transaction.execute(again).rowcount > 0


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


def _recipients() -> Select[Any]:
    """Notifications with the member of staff who has the delivery."""
    its_staff = (staff.c.practice == delivery.c.practice) & (staff.c.id == delivery.c.staff)
    told = notification.join(delivery).join(staff, its_staff)
    return select(notification, delivery.c.state.label("delivery_state"), staff.c.active, staff.c.email).select_from(
        told
    )


def _readers() -> Select[Any]:
    """Notifications with the reader of the reply: the patient, or an authorized user who may have been removed."""
    own = notification.c.practice
    told = notification.join(reply).join(conversation)
    user = (
        (authorized_user.c.practice == own)
        & (authorized_user.c.patient == conversation.c.patient)
        & (authorized_user.c.id == notification.c.reader)
        & authorized_user.c.removed.is_(False)
    )
    themselves = (patient.c.practice == own) & (patient.c.id == conversation.c.patient) & (notification.c.reader == "")
    told = told.outerjoin(authorized_user, user).outerjoin(patient, themselves)
    return select(notification, func.coalesce(authorized_user.c.email, patient.c.email).label("email")).select_from(
        told
    )


def _invited() -> Select[Any]:
    """Notifications with the member of staff who chooses a password by their link."""
    told = notification.join(password_link).join(staff)
    return select(
        notification,
        staff.c.active,
        staff.c.email,
        password_link.c.ended_at,
        password_link.c.expires_at,
        password_link.c.generation,
    ).select_from(told)


WHO_IS_TOLD = (
    (frozenset({Kind.STAFF_DELIVERY.value}), _recipients()),
    (frozenset({Kind.PATIENT_REPLY.value}), _readers()),
    (frozenset(kind.value for kind in LINK_KINDS), _invited()),
)


def _leased(row: Row[Any], now: datetime) -> LeasedNotification:
    kind = Kind(row.kind)
    about = row.delivery or row.reply or row.id
    leased = LeasedNotification(
        row.practice, row.id, kind, about, row.email or "", row.deferrals, _suppressed(row, kind, now)
    )
    return replace(leased, generation=row.generation) if kind in LINK_KINDS else leased


def _suppressed(row: Row[Any], kind: Kind, now: datetime) -> Suppression | None:
    if kind in LINK_KINDS:
        if not row.active:
            return Suppression.INACTIVE
        if not row.email:
            # Its link has ended with the address.
            return Suppression.NO_ADDRESS
        if row.ended_at is not None or row.expires_at <= now:
            return Suppression.LINK_ENDED
    if kind is Kind.STAFF_DELIVERY:
        if not row.active:
            return Suppression.INACTIVE
        if row.delivery_state != DeliveryState.UNREAD.value:
            return Suppression.READ_ALREADY
    return None if row.email else Suppression.NO_ADDRESS
