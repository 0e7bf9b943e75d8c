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


def add(session: Session, entries: Sequence[Entry], lease: Lease | None = None) -> None:
    """Store unread deliveries and their notifications: suppressed, leased, or due."""
    rows = [_delivery_row(practice, message_id, new) for practice, message_id, new in entries]
    session.insert(delivery, rows, state=DeliveryState.UNREAD.value, received_at=session.now)
    leased = {one.id for one in lease.notifications} if lease else set()
    new = {"kind": Kind.STAFF_DELIVERY.value, "deferrals": 0, "attempts": 0, "reason": None, "token": None}
    due = new | {"state": NotificationState.DUE.value, "due_at": session.now}
    held = due
    if lease is not None:
        held = new | {"state": NotificationState.LEASED.value, "due_at": lease.ends, "token": lease.token}
    alike: dict[Suppression | bool, list[dict[str, Any]]] = defaultdict(list)
    for practice, _, made in entries:
        row = {"practice": practice, "id": made.notification, "delivery": made.id}
        alike[made.suppressed or made.notification in leased].append(row)
    for how, some in alike.items():
        if isinstance(how, Suppression):
            shared = due | {"state": NotificationState.SUPPRESSED.value, "reason": how.value}
        else:
            shared = held if how else due
        session.insert(notification, some, **shared)


def _delivery_row(practice: str, message_id: UUID, new: NewDelivery) -> dict[str, Any]:
    return {
        "practice": practice,
        "id": new.id,
        "message": message_id,
        "staff": new.recipient.staff,
        "step": new.recipient.step.value,
        "represents": new.recipient.represents,
    }
