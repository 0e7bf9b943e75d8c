"""Emails that are due, leased, sent or parked. Waiting, and the end of a lease, is the column `due_at`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, Row, bindparam, func, select, update

from adapters.database.session import Session
from adapters.database.tables import (
    attempt,
    authorized_user,
    conversation,
    delivery,
    notification,
    patient,
    relay,
    reply,
    staff,
)
from router.message import DeliveryState
from router.notification import Kind, LeasedNotification, NotificationState, SentNotification, Suppression, relay_pause

IN_FLIGHT = (NotificationState.DUE.value, NotificationState.LEASED.value)


class NotificationRepository:
    """See router.repositories.Notifications."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lease(self, token: UUID, seconds: int, limit: int) -> list[LeasedNotification]:
        """Lease due notifications and those whose lease ran out; none while the relay is paused."""
        paused = self._session.connection.execute(select(relay.c.paused_until)).scalar_one_or_none()
        if paused is not None and paused > self._session.now:
            return []
        rows = self._due(limit)
        leased = {
            "state": NotificationState.LEASED.value,
            "token": token,
            "due_at": self._session.now + timedelta(seconds=seconds),
        }
        self._update(leased, [{"of_practice": row.practice, "of_id": row.id} for row in rows])
        return [_leased(row) for row in rows]

    def _due(self, limit: int) -> Sequence[Row[Any]]:
        wanted = (
            select(
                notification,
                delivery.c.state.label("delivery_state"),
                staff.c.active,
                func.coalesce(staff.c.email, authorized_user.c.email, patient.c.email).label("email"),
            )
            .select_from(_told())
            .where(notification.c.state.in_(IN_FLIGHT), notification.c.due_at <= self._session.now)
            .order_by(notification.c.due_at)
            .limit(limit)
            .with_for_update(of=notification, skip_locked=True)
        )
        return self._session.connection.execute(wanted).all()

    def _update(self, values: dict[str, Any], rows: list[dict[str, Any]]) -> None:
        if rows:
            this = (notification.c.practice == bindparam("of_practice")) & (notification.c.id == bindparam("of_id"))
            self._session.connection.execute(update(notification).where(this).values(**values), rows)

    def record(self, token: UUID, outcomes: Sequence[SentNotification]) -> int:
        """Record what became of leased ones; rows that the token no longer holds are left alone. Says how many were."""
        held = (
            select(notification.c.practice, notification.c.id, notification.c.attempts)
            .where(notification.c.token == token, notification.c.state == NotificationState.LEASED.value)
            .with_for_update()
        )
        attempts = {(row.practice, row.id): row.attempts for row in self._session.connection.execute(held)}
        kept = [one for one in outcomes if (one.practice, one.id) in attempts]
        numbers = {(one.practice, one.id): attempts[one.practice, one.id] + (one.answer is not None) for one in kept}
        values: dict[str, Any] = {
            name: bindparam(f"new_{name}") for name in ("state", "reason", "due_at", "deferrals", "attempts")
        }
        rows = [
            {
                "of_practice": one.practice,
                "of_id": one.id,
                "new_state": one.state.value,
                "new_reason": one.reason,
                "new_due_at": one.due_at,
                "new_deferrals": one.deferrals,
                "new_attempts": numbers[one.practice, one.id],
            }
            for one in kept
        ]
        self._update(values | {"token": None}, rows)
        self._session.insert(attempt, [row for one in kept for row in self._attempt(one, numbers)])
        return len(kept)

    def _attempt(self, sent: SentNotification, numbers: dict[tuple[str, UUID], int]) -> list[dict[str, Any]]:
        if sent.answer is None:
            return []
        return [
            {
                "practice": sent.practice,
                "notification": sent.id,
                "number": numbers[sent.practice, sent.id],
                "at": self._session.now,
                "outcome": sent.answer.outcome.value,
                "code": sent.answer.code,
                "answer": sent.answer.text,
            }
        ]

    def pause_relay(self, answer: str) -> datetime:
        """Stop leasing for a while that grows with each failure in a row; returns until when."""
        known = self._session.connection.execute(select(relay.c.failures).with_for_update()).scalar_one_or_none()
        failures = (known or 0) + 1
        until = self._session.now + relay_pause(failures)
        row = {"id": 1, "paused_until": until, "failures": failures, "answer": answer}
        self._session.upsert(relay, [row])
        return until

    def resume_relay(self) -> None:
        """The relay works: lease again."""
        self._session.connection.execute(relay.delete())

    def requeue(self, practice: str, notification_id: UUID) -> bool:
        """Make a parked notification due again; False when it isn't parked."""
        parked = update(notification).where(
            notification.c.practice == practice,
            notification.c.id == notification_id,
            notification.c.state == NotificationState.PARKED.value,
        )
        due = {"state": NotificationState.DUE.value, "reason": None, "deferrals": 0, "due_at": self._session.now}
        return self._session.connection.execute(parked.values(**due)).rowcount > 0


def _told() -> FromClause:
    """Each notification with whoever is told: the recipient of the delivery, or a reader of the reply."""
    own = notification.c.practice
    about_staff = notification.outerjoin(
        delivery, (delivery.c.practice == own) & (delivery.c.id == notification.c.delivery)
    )
    with_staff = about_staff.outerjoin(staff, (staff.c.practice == own) & (staff.c.id == delivery.c.staff))
    with_reply = with_staff.outerjoin(reply, (reply.c.practice == own) & (reply.c.id == notification.c.reply))
    of_reply = (conversation.c.practice == own) & (conversation.c.id == reply.c.conversation)
    with_thread = with_reply.outerjoin(conversation, of_reply)
    with_user = with_thread.outerjoin(
        authorized_user,
        (authorized_user.c.practice == own)
        & (authorized_user.c.patient == conversation.c.patient)
        & (authorized_user.c.id == notification.c.reader)
        & authorized_user.c.removed.is_(False),
    )
    themselves = (patient.c.practice == own) & (patient.c.id == conversation.c.patient) & (notification.c.reader == "")
    return with_user.outerjoin(patient, themselves)


def _leased(row: Row[Any]) -> LeasedNotification:
    kind = Kind(row.kind)
    suppressed = _suppressed(row, kind)
    return LeasedNotification(
        row.practice, row.id, kind, row.delivery or row.reply, row.email or "", row.deferrals, suppressed
    )


def _suppressed(row: Row[Any], kind: Kind) -> Suppression | None:
    if kind is Kind.STAFF_DELIVERY:
        if not row.active:
            return Suppression.INACTIVE
        if row.delivery_state != DeliveryState.UNREAD.value:
            return Suppression.READ_ALREADY
    return None if row.email else Suppression.NO_ADDRESS
