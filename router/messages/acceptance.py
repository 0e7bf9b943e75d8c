"""What accepting reads first, and the messages that it stores."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from router.errors import Refusal
from router.messages.priority import Priority, Urgency
from router.messages.states import Outcome, State
from router.messaging.red_flags import Advice
from router.practice.people import Practice
from router.practice.topics import Topic


@dataclass(frozen=True, slots=True)
class AcceptedWith:
    """What a writer was told besides `answer_by`: the priority that they gave, and the advice.

    `seen`: they had read the advice before sending.
    """

    priority: Priority = Priority.ROUTINE
    advice: Advice | None = None
    seen: bool = False


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to store, together with its conversation if it starts one."""

    id: UUID
    conversation: UUID
    patient: str
    sender: str | None
    topic: Topic
    site: str | None
    chosen: str | None
    display_name: str
    subject: str = field(repr=False)
    body: str = field(repr=False)
    private: bool
    idempotency_key: str
    fingerprint: str
    starts_conversation: bool = True
    answer_by: datetime | None = None
    # Why it is urgent; None for routine.
    urgency: Urgency | None = None
    accepted_with: AcceptedWith | None = None

    def receipt(self, accepted_at: datetime) -> "Receipt":
        """The receipt of the message as it is accepted."""
        return Receipt(
            self.id,
            self.conversation,
            State.ACCEPTED,
            self.display_name,
            accepted_at,
            answer_by=self.answer_by,
            first_answer_by=self.answer_by,
            accepted_with=self.accepted_with or AcceptedWith(),
            topic=self.topic,
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the patient's side may know of a message.

    `first_answer_by` is the answer time that was given when the message was accepted; `answer_by` is the current one.
    `outcome` says how it was finished without a reply. A message that was `kept_open` waits for another answer.
    `topic` and `to` are those of the conversation now; `first_to` and `accepted_with` are what its writer was told.
    """

    id: UUID
    conversation: UUID
    status: State
    to: str
    accepted_at: datetime
    delivered_at: datetime | None = None
    opened_at: datetime | None = None
    answered_at: datetime | None = None
    answer_by: datetime | None = None
    first_answer_by: datetime | None = None
    outcome: Outcome | None = None
    outcome_at: datetime | None = None
    kept_open: bool = False
    accepted_with: AcceptedWith = AcceptedWith()
    topic: Topic = Topic.OTHER
    corrected_from: str | None = None

    @property
    def first_to(self) -> str:
        """The To: that its writer saw; a corrected topic gives the conversation another one."""
        return self.to if self.corrected_from is None else self.corrected_from

    @property
    def waits(self) -> bool:
        """Whether the patient's side still expects an answer."""
        return self.kept_open or (self.status is not State.ANSWERED and self.outcome is None)


def expected_by(receipts: Iterable[Receipt]) -> datetime | None:
    """The earliest time at which an answer that is still due was expected; None if no time was given or none is due."""
    return min((one.answer_by for one in receipts if one.waits and one.answer_by is not None), default=None)


AcceptOutcome = Receipt | Refusal


@dataclass(frozen=True, slots=True)
class KnownMessage:
    """The message that an idempotency key belongs to, and the digest of the fields it came with."""

    fingerprint: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Opening:
    """The practice, whether the caller may still write, and the messages that belong to the idempotency keys.

    Read at one moment, which is that of the transaction.
    """

    practice: Practice
    key_in_force: bool
    known: Mapping[str, KnownMessage]
