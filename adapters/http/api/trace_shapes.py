"""The parts of a trace as they are answered. None of them has a field for a text of the message."""

from typing_extensions import TypedDict

from adapters.http.api.messages import ReceiptShape


class ConsideredShape(TypedDict):
    """Somebody who was looked at, how they stood, and who took it through which covers."""

    staff: str
    name: str
    standing: str
    taken_by: str | None
    covers: list[str]


class StepShape(TypedDict):
    """A step that was tried, what came of it, and the same in words."""

    step: str
    outcome: str
    considered: list[ConsideredShape]
    text: str


class RecipientShape(TypedDict):
    """Somebody who got it, by which step, and whom they represent if not themselves."""

    staff: str
    name: str
    step: str
    represents: str | None


class AnswerShape(TypedDict):
    """One answer to who gets it, and the version of the settings that decided."""

    at: str
    settings_version: int
    steps: list[StepShape]
    recipients: list[RecipientShape]


class ResolutionShape(AnswerShape):
    """One of the answers that a message got, counted from 1."""

    number: int


class AttemptShape(TypedDict):
    """One try to send an email, and the mail server's answer."""

    number: int
    at: str
    outcome: str
    code: int | None
    answer: str


class NotificationShape(TypedDict):
    """The email about a delivery; `carrier` is the notification whose email tells of a merged one as well."""

    id: str
    state: str
    reason: str | None
    carrier: str | None
    due_at: str
    attempts: list[AttemptShape]


class DeliveryShape(TypedDict):
    """One recipient's inbox entry and the email about it."""

    id: str
    staff: str
    name: str
    state: str
    reason: str
    received_at: str
    notification: NotificationShape | None


class HandOverShape(TypedDict):
    """A forward, or a move when an absence began: from whom, to whom, and whether with the whole conversation."""

    at: str
    kind: str
    giver: str
    taker: str
    whole_conversation: bool
    text: str


class ReaderNotificationShape(NotificationShape):
    """The email that tells a reader of a reply; null for the patient, else an authorized user's id."""

    reader: str | None


class ReplyShape(TypedDict):
    """A reply to the message, without its text, and who on the patient's side was told of it."""

    id: str
    at: str
    staff: str
    name: str
    notifications: list[ReaderNotificationShape]


class TraceShape(ReceiptShape):
    """Everything that happened to a message."""

    parked_reason: str | None
    resolutions: list[ResolutionShape]
    deliveries: list[DeliveryShape]
    hand_overs: list[HandOverShape]
    replies: list[ReplyShape]
