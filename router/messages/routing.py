"""Accepted messages on their way into inboxes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from router.messages.cascade import Question, Recipient, Resolution
from router.messages.notification import Suppression
from router.practice.people import Practice
from router.practice.topics import Topic


@dataclass(frozen=True, slots=True)
class Claim:
    """An accepted message that this batch has locked until the transaction ends.

    The cascade's input is kept as stored, not parsed yet, so that a row that can't be parsed doesn't hide the claim.
    `returned`: it has waited before, because it was parked or an attempt failed.
    """

    practice: str
    message: UUID
    conversation: UUID
    accepted_at: datetime
    returned: bool
    patient: str
    topic: str
    site: str | None
    owner: str | None
    chosen: str | None
    urgent: bool = False

    def read(self) -> "ClaimedMessage":
        """Parse it. Raises ValueError for an unknown topic."""
        question = Question(Topic(self.topic), self.site, self.owner, self.chosen)
        found = (self.practice, self.message, self.conversation, self.patient, question, self.returned)
        return ClaimedMessage(*found, urgent=self.urgent, accepted_at=self.accepted_at)


@dataclass(frozen=True, slots=True)
class ClaimedBatch:
    """Messages that one transaction has locked, and what was read with them.

    `practices` are those of the messages, by id; their rosters and settings can't change before the transaction ends.
    `at` is the transaction's time, and `relay_paused` says whether sending was paused at that time.
    """

    messages: tuple[Claim, ...]
    practices: Mapping[str, Practice]
    relay_paused: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A claimed message with the cascade's input; `returned` is that of its claim."""

    practice: str
    message: UUID
    conversation: UUID
    patient: str
    question: Question
    returned: bool = True
    urgent: bool = False
    accepted_at: datetime | None = None


# Freezing one would take as long as making it, and one is made for each recipient.
@dataclass(slots=True)
class NewDelivery:
    """An inbox entry to store, with a notification of the same id, suppressed at once if it could reach nobody."""

    id: UUID
    recipient: Recipient
    suppressed: Suppression | None = None
    address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Routed:
    """What became of a claimed message; without deliveries it is parked."""

    claimed: ClaimedMessage
    resolution: Resolution
    deliveries: tuple[NewDelivery, ...]
