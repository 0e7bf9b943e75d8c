"""Ladders: what happens, step by step, to a message that nobody opens or answers."""

from dataclasses import dataclass
from enum import StrEnum


class Condition(StrEnum):
    """The condition under which a step is carried out when it is due."""

    UNOPENED = "unopened"
    UNANSWERED = "unanswered"


class Do(StrEnum):
    """What a step does."""

    REMIND = "remind"
    WIDEN = "widen"
    HAND_OVER = "hand_over"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class LadderStep:
    """A step: after so many minutes of opening time, while the condition holds."""

    after: int
    condition: Condition
    do: Do


Ladder = tuple[LadderStep, ...]

# Offered to practices that have none.
READY_MADE: Ladder = (
    LadderStep(240, Condition.UNOPENED, Do.REMIND),
    LadderStep(480, Condition.UNOPENED, Do.WIDEN),
    LadderStep(720, Condition.UNANSWERED, Do.REMIND),
    LadderStep(960, Condition.UNANSWERED, Do.ALERT),
)

# Offered for urgent messages to practices that have none for them.
READY_MADE_URGENT: Ladder = (
    LadderStep(15, Condition.UNOPENED, Do.REMIND),
    LadderStep(30, Condition.UNOPENED, Do.WIDEN),
    LadderStep(60, Condition.UNANSWERED, Do.ALERT),
)

# Added to the first where somebody is named to hand over to.
READY_MADE_HAND_OVER = LadderStep(840, Condition.UNANSWERED, Do.HAND_OVER)


def ready_made(*, has_catch_all: bool) -> Ladder:
    """The ready-made ladder, with a hand-over before its alert if the practice has a catch-all."""
    return (*READY_MADE[:-1], READY_MADE_HAND_OVER, READY_MADE[-1]) if has_catch_all else READY_MADE


STEPS_IN_WORDS = {
    Do.REMIND: "remind the people who have it",
    Do.WIDEN: "also give it to others who are allowed to get it",
    Do.HAND_OVER: "hand it over to the catch-all",
    Do.ALERT: "alert the administrators",
}
CONDITIONS_IN_WORDS = {Condition.UNOPENED: "opened", Condition.UNANSWERED: "answered"}


def time_in_words(minutes: int) -> str:
    """How long that is: `4 h`, or `90 min`."""
    hours, rest = divmod(minutes, 60)
    return f"{minutes} min" if rest else f"{hours} h"


def step_in_words(step: LadderStep) -> str:
    """One sentence of the settings, without a full stop."""
    done = CONDITIONS_IN_WORDS[step.condition]
    return f"if nobody has {done} it after {time_in_words(step.after)}, {STEPS_IN_WORDS[step.do]}"


def ladder_in_words(ladder: Ladder) -> str:
    """The whole ladder as a sentence, without a full stop."""
    return "; ".join(step_in_words(step) for step in ladder) if ladder else "none"
