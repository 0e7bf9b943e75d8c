"""Messages and deliveries: what is sent, and the states that it goes through."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from router.errors import IllegalTransitionError
from router.topics import Topic

SUBJECT_LIMIT = 200
BODY_LIMIT = 20_000
KEY_LIMIT = 200


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


class ParkedReason(StrEnum):
    """Why a person must look at a message."""

    NO_ACTIVE_STAFF = "no_active_staff"
    ROUTING_FAILED = "routing_failed"


class DeliveryState(StrEnum):
    """Where one message stands in one inbox."""

    UNREAD = "unread"
    READ = "read"
    DONE = "done"
    MOVED = "moved"


DELIVERY_TRANSITIONS: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.UNREAD: frozenset({DeliveryState.READ, DeliveryState.DONE, DeliveryState.MOVED}),
    DeliveryState.READ: frozenset({DeliveryState.DONE, DeliveryState.UNREAD, DeliveryState.MOVED}),
    DeliveryState.DONE: frozenset({DeliveryState.UNREAD}),
    DeliveryState.MOVED: frozenset({DeliveryState.UNREAD}),
}


def advance_delivery(current: DeliveryState, wanted: DeliveryState) -> DeliveryState:
    """Return the wanted state; asking for the state it is in already is allowed and changes nothing.

    Raises IllegalTransitionError for a change that the table doesn't have.
    """
    if wanted is not current and wanted not in DELIVERY_TRANSITIONS[current]:
        raise IllegalTransitionError(f"a delivery can't go from {current} to {wanted}")
    return wanted


def can_advance(current: State, wanted: State) -> bool:
    """Whether a message may go from one state to the other; opened and answered never go backwards."""
    return wanted in MESSAGE_TRANSITIONS[current]


@dataclass(frozen=True, slots=True)
class ReplyDraft:
    """What somebody on the patient's side answers in a conversation: topic, site and To: come from it."""

    idempotency_key: str
    patient: str
    conversation: UUID
    body: str = field(repr=False)
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody on the patient's side wants to send: a first message of a conversation.

    `sender` is an authorized user's id, None for the patient; `to` is the member of the care team who was chosen.
    """

    idempotency_key: str
    patient: str
    topic: Topic
    subject: str = field(repr=False)
    body: str = field(repr=False)
    sender: str | None = None
    site: str | None = None
    to: str | None = None
    private: bool = False


AnyDraft = Draft | ReplyDraft
