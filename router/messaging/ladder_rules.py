"""Checks of ladders before they are saved, naming the wrong fields."""

from collections.abc import Iterator

from router.errors import FieldError
from router.messaging.ladder import Do, Ladder
from router.messaging.proposal import Proposal
from router.messaging.settings import MessagingSettings

STEPS_LIMIT = 8
# About a year of a practice that is open 40 hours a week.
AFTER_LIMIT = 125_000
OUT_OF_RANGE = f"must be between 1 and {AFTER_LIMIT} minutes of opening time"


def check(proposal: Proposal) -> Iterator[FieldError]:
    """Everything that is wrong with the practice's ladder and with those of topics."""
    after = proposal.after
    for field, ladder in ladders(after):
        yield from _length(field, ladder)
        yield from _steps(field, ladder, caught=bool(after.catch_all))


def ladders(messaging: MessagingSettings) -> Iterator[tuple[str, Ladder]]:
    """Every ladder that is set, with the path of its field."""
    yield "ladder", messaging.ladder
    yield "urgent_ladder", messaging.urgent_ladder
    for path, _, topics in messaging.sets():
        for topic, settings in topics.topics.items():
            if settings.ladder is not None:
                yield f"{path}.topics.{topic}.ladder", settings.ladder


def _length(field: str, ladder: Ladder) -> Iterator[FieldError]:
    if len(ladder) > STEPS_LIMIT:
        yield FieldError(field, f"may have {STEPS_LIMIT} steps at most")
    if ladder and ladder[-1].do is not Do.ALERT:
        yield FieldError(field, "must end with an alert")


def _steps(field: str, ladder: Ladder, *, caught: bool) -> Iterator[FieldError]:
    least = 0
    for index, step in enumerate(ladder):
        path = f"{field}.{index}"
        if not 0 < step.after <= AFTER_LIMIT:
            yield FieldError(f"{path}.after", OUT_OF_RANGE)
        elif step.after <= least:
            yield FieldError(f"{path}.after", "must be later than the step before it")
        least = max(least, step.after)
        if step.do is Do.ALERT and index < len(ladder) - 1:
            yield FieldError(f"{path}.do", "may be an alert in the last step only")
        if step.do is Do.HAND_OVER and not caught:
            yield FieldError(f"{path}.do", "needs somebody named in catch_all to hand over to")
