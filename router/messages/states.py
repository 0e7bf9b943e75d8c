"""The states of messages, deliveries and notifications: one table each.

These tables decide every change of state: an UPDATE gets the states that it may start from by `sources_of`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from router.errors import IllegalTransitionError


class State(StrEnum):
    """Where a message is."""

    ACCEPTED = "accepted"
    PARKED = "parked"
    DELIVERED = "delivered"
    OPENED = "opened"
    ANSWERED = "answered"


MESSAGE_TRANSITIONS: dict[State, frozenset[State]] = {
    State.ACCEPTED: frozenset({State.DELIVERED, State.PARKED}),
    State.PARKED: frozenset({State.ACCEPTED}),
    State.DELIVERED: frozenset({State.OPENED, State.ANSWERED}),
    State.OPENED: frozenset({State.ANSWERED}),
    State.ANSWERED: frozenset(),
}


class Outcome(StrEnum):
    """How staff finished a message without a reply."""

    ANSWERED_BY_PHONE = "answered_by_phone"
    NO_ANSWER_NEEDED = "no_answer_needed"


class ParkedReason(StrEnum):
    """Why a person must look at a message."""

    NO_ACTIVE_STAFF = "no_active_staff"
    ROUTING_FAILED = "routing_failed"
    # A step of its ladder.
    STEP_FAILED = "step_failed"


class DeliveryState(StrEnum):
    """The state of one message in one inbox."""

    UNREAD = "unread"
    READ = "read"
    DONE = "done"
    MOVED = "moved"


# A message is open in the inbox of whoever has it in one of these.
OPEN = frozenset({DeliveryState.UNREAD, DeliveryState.READ})


DELIVERY_TRANSITIONS: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.UNREAD: frozenset({DeliveryState.READ, DeliveryState.DONE, DeliveryState.MOVED}),
    DeliveryState.READ: frozenset({DeliveryState.DONE, DeliveryState.UNREAD, DeliveryState.MOVED}),
    DeliveryState.DONE: frozenset({DeliveryState.UNREAD}),
    DeliveryState.MOVED: frozenset({DeliveryState.UNREAD}),
}


def advance_delivery(current: DeliveryState, wanted: DeliveryState) -> DeliveryState:
    """Return the wanted state; the current state is allowed and changes nothing.

    Raises IllegalTransitionError for a change that the table doesn't have.
    """
    if wanted is not current and wanted not in DELIVERY_TRANSITIONS[current]:
        raise IllegalTransitionError(f"a delivery can't go from {current} to {wanted}")
    return wanted


class NotificationState(StrEnum):
    """Where a notification is."""

    DUE = "due"
    LEASED = "leased"
    SENT = "sent"
    PARKED = "parked"
    SUPPRESSED = "suppressed"


NOTIFICATION_TRANSITIONS: dict[NotificationState, frozenset[NotificationState]] = {
    NotificationState.DUE: frozenset({NotificationState.LEASED, NotificationState.SUPPRESSED}),
    # A lease that ran out is followed by another one.
    NotificationState.LEASED: frozenset(
        {
            NotificationState.LEASED,
            NotificationState.SENT,
            NotificationState.PARKED,
            NotificationState.DUE,
            NotificationState.SUPPRESSED,
        }
    ),
    NotificationState.PARKED: frozenset({NotificationState.DUE}),
    NotificationState.SENT: frozenset(),
    NotificationState.SUPPRESSED: frozenset(),
}


AnyState = TypeVar("AnyState", State, DeliveryState, NotificationState)


def sources_of(transitions: Mapping[AnyState, frozenset[AnyState]], *targets: AnyState) -> tuple[AnyState, ...]:
    """Return the states that may become each of the targets, in the order of the table."""
    return tuple(state for state, following in transitions.items() if following.issuperset(targets))
