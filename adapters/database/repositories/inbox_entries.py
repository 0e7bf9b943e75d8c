"""Writes inbox entries and their notifications, in the same way for every flow that delivers a message."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from adapters.database.bulk import Target
from adapters.database.tables import delivery, notification
from adapters.database.transaction import Transaction
from router.messages.cascade import NEW_WORDS, STEP_READ_BEFORE, HandOver, Recipient, reason_from
from router.messages.notification import Kind, Lease, Suppression
from router.messages.routing import NewDelivery
from router.messages.states import DeliveryState, NotificationState

# How a notification begins: suppressed, leased, or due.
Beginning = Suppression | bool

# The columns of both tables, and what of a row they take. A notification has the id of its delivery: no two can belong
# to one, and from an email's Message-ID the inbox entry is found.
OF_DELIVERY = {
    name: name
    for name in ("practice", "id", "message", "conversation", "site", "written_at", "staff", "step", "represents")
}
OF_NOTIFICATION = {"practice": "practice", "id": "id", "delivery": "id"}
# What the deliveries of a message that begin alike differ in.
LISTS = ("id", "staff")


@dataclass(frozen=True, slots=True)
class Entry:
    """A message, and who gets it: by the same step of the cascade, or by a hand-over."""

    practice: str
    message: UUID
    conversation: UUID
    site: str | None
    written_at: datetime | None
    deliveries: Sequence[NewDelivery]


def add(transaction: Transaction, entries: Sequence[Entry], lease: Lease | None = None) -> None:
    """Store unread deliveries and their notifications: suppressed, leased, or due."""
    leased = {one.id for one in lease.notifications} if lease else set()
    new = {"kind": Kind.STAFF_DELIVERY.value, "deferrals": 0, "attempts": 0, "reason": None, "token": None}
    due = new | {"state": NotificationState.DUE.value, "due_at": transaction.now()}
    held = due
    if lease is not None:
        held = new | {"state": NotificationState.LEASED.value, "due_at": lease.ends, "token": lease.token}
    alike: dict[tuple[Beginning, str | None], list[dict[str, Any]]] = defaultdict(list)
    for entry in entries:
        for (beginning, because, represents), some in _in_parts(entry.deliveries, leased).items():
            alike[beginning, because].append(_row(entry, represents, some))
    # Always in the same order: each order would be a statement of its own, to be made and planned.
    for (beginning, because), rows in sorted(alike.items(), key=lambda one: str(one[0])):
        if isinstance(beginning, Suppression):
            shared = due | {"state": NotificationState.SUPPRESSED.value, "reason": beginning.value}
        else:
            shared = held if beginning else due
        unread = {"state": DeliveryState.UNREAD.value, "received_at": transaction.now()}
        unread |= {"because": because} if because else {}
        targets = Target(delivery, unread, OF_DELIVERY), Target(notification, shared, OF_NOTIFICATION)
        transaction.insert_alike(targets, rows, LISTS)


def _in_parts(
    made: Sequence[NewDelivery], leased: set[UUID]
) -> dict[tuple[Beginning, str | None, str | None], list[NewDelivery]]:
    """Those whose notifications begin alike, and who have it for the same new reason and represent the same person.

    Mostly there is no such reason, and nobody is represented.
    """
    parts: dict[tuple[Beginning, str | None, str | None], list[NewDelivery]] = defaultdict(list)
    for new in made:
        # Where nothing is leased, no id has to be hashed.
        beginning = new.suppressed or (bool(leased) and new.id in leased)
        parts[beginning, _new_word(new.recipient), new.recipient.represents].append(new)
    return parts


def reason_columns(recipient: Recipient) -> dict[str, str | None]:
    """The columns of a delivery that say how it came: a word that the release before can read, and what holds."""
    return {"step": _known_word(recipient), "because": _new_word(recipient)}


def recipient_of(row: Row[Any]) -> Recipient:
    """How a delivery came, from its columns."""
    reason = reason_from(row.because or row.step)
    asked = row.step == HandOver.FORWARD.value and reason is not HandOver.FORWARD
    return Recipient(row.staff, reason, row.represents, asked=asked)


def _known_word(recipient: Recipient) -> str:
    if recipient.asked:
        return HandOver.FORWARD.value
    return (STEP_READ_BEFORE if recipient.step in NEW_WORDS else recipient.step).value


def _new_word(recipient: Recipient) -> str | None:
    return recipient.step.value if recipient.asked or recipient.step in NEW_WORDS else None


def _row(entry: Entry, represents: str | None, made: Sequence[NewDelivery]) -> dict[str, Any]:
    """Some deliveries of one message as one row."""
    return {
        "practice": entry.practice,
        "message": entry.message,
        "conversation": entry.conversation,
        "site": entry.site,
        "written_at": entry.written_at,
        "step": _known_word(made[0].recipient),
        "represents": represents,
        "id": [new.id for new in made],
        "staff": [new.recipient.staff for new in made],
    }
