"""How a message came to somebody whom the cascade had not named: what had not been done in time, and who had it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from router.messages.cascade import HandOver
from router.messages.hand_overs import LeftAs
from router.messages.topic_change import TopicChange
from router.messaging.ladder import CONDITIONS_IN_WORDS, Do, LadderStep, time_in_words

# Messages that came in these ways are shown with what led to it.
PASSED_ON = frozenset({HandOver.STEP, HandOver.OVERDUE, HandOver.CORRECTION})


@dataclass(frozen=True, slots=True)
class Arrival:
    """When it came and who had it before, None where nobody had; `step` is that of the ladder, None for no step.

    `correction` is the move to another topic, where it came by that; `left` is what an absent giver had done with it.
    """

    at: datetime
    giver: str | None = None
    step: LadderStep | None = None
    did: Do | None = None
    correction: TopicChange | None = None
    left: LeftAs | None = None


def arrival_in_words(arrival: Arrival, names: Mapping[str, str], me: str) -> str:
    """One sentence for the person who has it now, `me`."""
    if arrival.correction is not None:
        move = arrival.correction
        mover = "You" if move.staff == me else names.get(move.staff, move.staff)
        return f"{mover} moved it from {move.before.label} to {move.after.label}."
    giver = names.get(arrival.giver, arrival.giver) if arrival.giver is not None else None
    if arrival.step is None:
        whose = f"{giver} had it and it was overdue" if giver else "It was overdue"
        return f"{whose}: an administrator gave it to you."
    missed = _missed(arrival.step)
    if giver is None:
        return f"{missed}, so it came to you."
    if arrival.did is Do.HAND_OVER:
        return f"{missed}: it was with {giver}, and was handed over to you."
    return f"{missed}: it was with {giver}, and came to you as well."


def _missed(step: LadderStep) -> str:
    """What nobody had done, and in which time."""
    done = CONDITIONS_IN_WORDS[step.condition]
    return f"Nobody had {done} it within {time_in_words(step.after)}"
