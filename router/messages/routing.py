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
    """An accepted message that this batch holds; nobody else has it until the transaction ends.

    What the cascade asks about it is as it is stored, not read yet: what can't be read must not hide what was claimed.
    `returned` says that it waited before: it was parked, or a try went wrong.
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
        """Read it. Raises ValueError for a topic that is not known."""
        question = Question(Topic(self.topic), self.site, self.owner, self.chosen)
        found = (self.practice, self.message, self.conversation, self.patient, question, self.returned)
        return ClaimedMessage(*found, urgent=self.urgent)


@dataclass(frozen=True, slots=True)
class ClaimedBatch:
    """Messages that one transaction holds, and what was read with them.

    `practices` are those of the messages, by id: no roster and no settings of theirs change before the transaction
    ends. `at` is the transaction's time, and `relay_paused` says whether the mail relay was left alone at that time.
    """

    messages: tuple[Claim, ...]
    practices: Mapping[str, Practice]
    relay_paused: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A claimed message and what the cascade is asked about it; `returned` as of its claim."""

    practice: str
    message: UUID
    conversation: UUID
    patient: str
    question: Question
    returned: bool = True
    urgent: bool = False


# Freezing one would take as long as making it, and one is made for each recipient.
@dataclass(slots=True)
class NewDelivery:
    """An inbox entry to store, with a notification of the same id, suppressed at once where it could reach nobody."""

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
