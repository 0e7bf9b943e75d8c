"""Writes inbox entries and their notifications, in the same way for every flow that delivers a message."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import update

from adapters.database.bulk import Target
from adapters.database.tables import delivery, notification
from adapters.database.transaction import Transaction
from router.messages.cascade import READ_BEFORE, HandOver, Step
from router.messages.notification import Kind, Lease, Suppression
from router.messages.routing import NewDelivery
from router.messages.states import DeliveryState, NotificationState

# A practice, one of its messages, and who gets it: all of them by the same step.
Entry = tuple[str, UUID, Sequence[NewDelivery]]
# How a notification begins: suppressed, leased, or due.
Beginning = Suppression | bool

# The columns of both tables, and what of a row they take. A notification has the id of its delivery: no two can belong
# to one, and from an email's Message-ID the inbox entry is found.
OF_DELIVERY = {name: name for name in ("practice", "id", "message", "staff", "step", "represents")}
OF_NOTIFICATION = {"practice": "practice", "id": "id", "delivery": "id"}
# What the deliveries of a message that begin alike differ in.
LISTS = ("id", "staff")


def add(transaction: Transaction, entries: Sequence[Entry], lease: Lease | None = None) -> None:
    """Store unread deliveries and their notifications: suppressed, leased, or due."""
    leased = {one.id for one in lease.notifications} if lease else set()
    new = {"kind": Kind.STAFF_DELIVERY.value, "deferrals": 0, "attempts": 0, "reason": None, "token": None}
    due = new | {"state": NotificationState.DUE.value, "due_at": transaction.now()}
    held = due
    if lease is not None:
        held = new | {"state": NotificationState.LEASED.value, "due_at": lease.ends, "token": lease.token}
    alike: dict[Beginning, list[dict[str, Any]]] = defaultdict(list)
    for practice, message_id, made in entries:
        for (beginning, represents), some in _in_parts(made, leased).items():
            alike[beginning].append(_row(practice, message_id, represents, some))
    # Always in the same order: each order would be a statement of its own, to be made and planned.
    for beginning, rows in sorted(alike.items(), key=lambda one: str(one[0])):
        if isinstance(beginning, Suppression):
            shared = due | {"state": NotificationState.SUPPRESSED.value, "reason": beginning.value}
        else:
            shared = held if beginning else due
        unread = {"state": DeliveryState.UNREAD.value, "received_at": transaction.now()}
        targets = Target(delivery, unread, OF_DELIVERY), Target(notification, shared, OF_NOTIFICATION)
        transaction.insert_alike(targets, rows, LISTS)
    for practice, _, made in entries:
        _note_reasons(transaction, practice, made)


def _note_reasons(transaction: Transaction, practice: str, made: Sequence[NewDelivery]) -> None:
    """Note the reasons that the release before can't read beside those that stand for them: they are rare."""
    for new in made:
        reason = new.recipient.step
        if reason in READ_BEFORE:
            this = (delivery.c.practice == practice) & (delivery.c.id == new.id)
            transaction.execute(update(delivery).where(this).values(because=reason.value))


def _in_parts(made: Sequence[NewDelivery], leased: set[UUID]) -> dict[tuple[Beginning, str | None], list[NewDelivery]]:
    """Those whose notifications begin alike and who represent the same person, mostly nobody."""
    parts: dict[tuple[Beginning, str | None], list[NewDelivery]] = defaultdict(list)
    for new in made:
        # Where nothing is leased, no id has to be hashed.
        beginning = new.suppressed or (bool(leased) and new.id in leased)
        parts[beginning, new.recipient.represents].append(new)
    return parts


def stored_reason(reason: Step | HandOver) -> str:
    """The word that is stored for it, which the release before can read."""
    return (READ_BEFORE.get(reason, reason) if isinstance(reason, HandOver) else reason).value


def _row(practice: str, message_id: UUID, represents: str | None, made: Sequence[NewDelivery]) -> dict[str, Any]:
    """Deliveries of one message as one row."""
    return {
        "practice": practice,
        "message": message_id,
        "step": stored_reason(made[0].recipient.step),
        "represents": represents,
        "id": [new.id for new in made],
        "staff": [new.recipient.staff for new in made],
    }
