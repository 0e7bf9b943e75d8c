"""Inbox entries and their notifications: written alike, whoever gives somebody a message."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from adapters.database.session import Session
from adapters.database.tables import delivery, notification
from router.message import DeliveryState
from router.notification import Kind, Lease, NotificationState, Suppression
from router.records import NewDelivery

# A practice, one of its messages, and who gets it.
Entry = tuple[str, UUID, NewDelivery]

# The columns of both tables, and what of one row they take.
OF_DELIVERY = {name: name for name in ("practice", "id", "message", "staff", "step", "represents")}
OF_NOTIFICATION = {"practice": "practice", "id": "notification", "delivery": "id"}


def add(session: Session, entries: Sequence[Entry], lease: Lease | None = None) -> None:
    """Store unread deliveries and their notifications: suppressed, leased, or due."""
    leased = {one.id for one in lease.notifications} if lease else set()
    new = {"kind": Kind.STAFF_DELIVERY.value, "deferrals": 0, "attempts": 0, "reason": None, "token": None}
    due = new | {"state": NotificationState.DUE.value, "due_at": session.now}
    held = due
    if lease is not None:
        held = new | {"state": NotificationState.LEASED.value, "due_at": lease.ends, "token": lease.token}
    alike: dict[Suppression | bool, list[dict[str, Any]]] = defaultdict(list)
    for practice, message_id, made in entries:
        how = made.suppressed or made.notification in leased
        alike[how].append(_row(practice, message_id, made))
    for how, rows in alike.items():
        if isinstance(how, Suppression):
            shared = due | {"state": NotificationState.SUPPRESSED.value, "reason": how.value}
        else:
            shared = held if how else due
        session.insert(delivery, rows, OF_DELIVERY, state=DeliveryState.UNREAD.value, received_at=session.now)
        session.insert(notification, rows, OF_NOTIFICATION, **shared)


def _row(practice: str, message_id: UUID, new: NewDelivery) -> dict[str, Any]:
    return {
        "practice": practice,
        "id": new.id,
        "message": message_id,
        "staff": new.recipient.staff,
        "step": new.recipient.step.value,
        "represents": new.recipient.represents,
        "notification": new.notification,
    }
