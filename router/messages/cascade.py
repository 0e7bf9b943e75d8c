"""Who gets a message: the routing table, read from top to bottom, and `resolve`, which reads it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from router.messaging.settings import MessagingSettings
from router.practice.availability import Considered, Staffing, insist, represent
from router.practice.topics import Topic


class Step(StrEnum):
    """A row of the routing table."""

    OWNER = "owner"
    CHOSEN_PROVIDER = "chosen_provider"
    RECIPIENTS = "recipients"
    CARE_TEAM = "care_team"
    CATCH_ALL = "catch_all"
    LAST_RESORT_CATCH_ALL = "last_resort_catch_all"
    LAST_RESORT_ADMINISTRATORS = "last_resort_administrators"
    LAST_RESORT_CARE_TEAM = "last_resort_care_team"


class HandOver(StrEnum):
    """How a delivery reaches somebody outside the cascade."""

    FORWARD = "forward"
    ABSENCE = "absence"
    # A step of a ladder.
    STEP = "step"
    # An administrator, from the list of what is overdue.
    OVERDUE = "overdue"
    # They are on call, and it is urgent.
    ON_CALL = "on_call"
    # A colleague corrected the topic.
    CORRECTION = "correction"


# Words that the release before can't read. Each stands beside one that it can, which is what it is to that release: the
# step of a delivery, and the kind of a hand-over.
NEW_WORDS = frozenset({HandOver.STEP, HandOver.OVERDUE, HandOver.ON_CALL, HandOver.CORRECTION})
STEP_READ_BEFORE = Step.RECIPIENTS
KIND_READ_BEFORE = HandOver.FORWARD


def reason_from(stored: str) -> "Step | HandOver":
    """The step or hand-over that was stored as this word. Raises ValueError for any other."""
    return HandOver(stored) if stored in list(HandOver) else Step(stored)


class StepOutcome(StrEnum):
    """The outcome of a step."""

    MATCHED = "matched"
    NOBODY_AVAILABLE = "nobody_available"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Question:
    """The cascade's input for one message; it holds only ids."""

    topic: Topic
    site: str | None
    owner: str | None = None
    chosen: str | None = None
    care_team: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Everything that the rules depend on."""

    question: Question
    messaging: MessagingSettings
    staffing: Staffing

    def recipients(self) -> tuple[str, ...]:
        """The topic's recipients in force at the site."""
        question = self.question
        return self.messaging.in_force(question.site)[question.topic].recipients


def _owner(case: Circumstances) -> Sequence[str]:
    return (case.question.owner,) if case.question.owner is not None else ()


def _chosen(case: Circumstances) -> Sequence[str]:
    return (case.question.chosen,) if case.question.chosen is not None else ()


def _recipients(case: Circumstances) -> Sequence[str]:
    return case.recipients()


def _other_care_team(case: Circumstances) -> Sequence[str]:
    if case.recipients() or not case.messaging.care_team_fallback:
        return ()
    return [staff for staff in case.question.care_team if staff != case.question.chosen]


def _catch_all_or_administrators(case: Circumstances) -> Sequence[str]:
    return case.messaging.catch_all or case.staffing.administrators()


def _catch_all(case: Circumstances) -> Sequence[str]:
    return case.messaging.catch_all


def _administrators(case: Circumstances) -> Sequence[str]:
    return case.staffing.administrators()


def _care_team(case: Circumstances) -> Sequence[str]:
    return case.question.care_team


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: whom it considers, and whether their absence counts."""

    step: Step
    asks: Callable[[Circumstances], Sequence[str]]
    stands: Callable[[str, Staffing, datetime], Considered]


ROUTING_TABLE = (
    # The owner of a conversation continues it.
    Rule(Step.OWNER, _owner, represent),
    # What the patient saw in To: is honoured, even if the topic has been assigned since.
    Rule(Step.CHOSEN_PROVIDER, _chosen, represent),
    # All of the topic's recipients at that site get it, as siblings.
    Rule(Step.RECIPIENTS, _recipients, represent),
    # Only a topic without recipients falls back to the others who know the patient.
    Rule(Step.CARE_TEAM, _other_care_team, represent),
    # What nobody else would get.
    Rule(Step.CATCH_ALL, _catch_all_or_administrators, represent),
    # Somebody who is away is better than nobody; nobody beyond the care team (minimum necessary).
    Rule(Step.LAST_RESORT_CATCH_ALL, _catch_all, insist),
    Rule(Step.LAST_RESORT_ADMINISTRATORS, _administrators, insist),
    Rule(Step.LAST_RESORT_CARE_TEAM, _care_team, insist),
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who gets the message: by which step or hand-over, and for whom, if they are a cover.

    `asked`: they cover for somebody who was only asked, by a forward or a mention, and are asked in their place.
    """

    staff: str
    step: Step | HandOver
    represents: str | None = None
    asked: bool = False

    @property
    def is_only_asked(self) -> bool:
        """Whether somebody else takes care of it: they have it by a forward, or for somebody who has."""
        return self.asked or self.step is HandOver.FORWARD


@dataclass(frozen=True, slots=True)
class TracedStep:
    """A line of the trace: the step, its outcome, and everybody who was considered."""

    step: Step
    outcome: StepOutcome
    considered: tuple[Considered, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """The answer to "who gets this, and why"; without recipients the message is parked."""

    recipients: tuple[Recipient, ...]
    trace: tuple[TracedStep, ...]
    distribution_version: int
    at: datetime
    # Of all the other fields: hashing them for each message of a batch would cost about 7 % of routing it.
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.recipients, self.trace, self.distribution_version, self.at)))

    def __hash__(self) -> int:
        return self._hash

    @property
    def step(self) -> Step | HandOver | None:
        """The step that matched."""
        return self.recipients[0].step if self.recipients else None

    @property
    def asked_care_team(self) -> bool:
        """Whether the table was read down to its first row that considers the care team."""
        return any(traced.step is Step.CARE_TEAM for traced in self.trace)


def resolve(question: Question, messaging: MessagingSettings, staffing: Staffing, at: datetime) -> Resolution:
    """Read the routing table from top to bottom; the first step that finds somebody wins."""
    case = Circumstances(question, messaging, staffing)
    trace: list[TracedStep] = []
    for rule in ROUTING_TABLE:
        considered = tuple(rule.stands(staff, staffing, at) for staff in rule.asks(case))
        recipients = _taken(rule.step, considered)
        trace.append(TracedStep(rule.step, _outcome(considered, recipients), considered))
        if recipients:
            return Resolution(recipients, tuple(trace), messaging.version, at)
    return Resolution((), tuple(trace), messaging.version, at)


def _taken(step: Step, considered: tuple[Considered, ...]) -> tuple[Recipient, ...]:
    """Each taker once; somebody who is a recipient themselves isn't listed as representing another."""
    takers: dict[str, Recipient] = {}
    for person in considered:
        if person.taken_by is None:
            continue
        represents = person.staff if person.staff != person.taken_by else None
        if person.taken_by not in takers or represents is None:
            takers[person.taken_by] = Recipient(person.taken_by, step, represents)
    return tuple(takers.values())


def _outcome(considered: tuple[Considered, ...], recipients: tuple[Recipient, ...]) -> StepOutcome:
    if recipients:
        return StepOutcome.MATCHED
    return StepOutcome.NOBODY_AVAILABLE if considered else StepOutcome.NOT_APPLICABLE
