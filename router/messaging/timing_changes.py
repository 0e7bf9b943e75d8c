"""What changed about answering in time, in words that an administrator reads."""

from collections.abc import Iterator

from router.messaging.ladder import ladder_in_words
from router.messaging.settings import MessagingSettings, TopicSettings

MINUTES_AN_HOUR = 60


def minutes_in_words(minutes: int) -> str:
    """`4 h`, `90 min`: whole hours as hours."""
    hours, rest = divmod(minutes, MINUTES_AN_HOUR)
    return f"{hours} h" if not rest else f"{minutes} min"


def timing_changes(before: MessagingSettings, after: MessagingSettings) -> Iterator[str]:
    """The differences in what holds for the whole practice."""
    if before.answer_within != after.answer_within:
        yield f"Usually answered: {_within(after.answer_within)}."
    if before.ladder != after.ladder:
        yield f"Ladder: {ladder_in_words(after.ladder)}."
    for name, old, new in (
        ("Phone number", before.phone, after.phone),
        ("Portal address", before.portal_url, after.portal_url),
        ("Name in emails", before.email_name, after.email_name),
    ):
        if old != new:
            yield f"{name} changed to “{new}”." if new else f"{name} removed."


def topic_changes(area: str, before: TopicSettings, after: TopicSettings) -> Iterator[str]:
    """The differences in one topic; `area` names it."""
    if before.answer_within != after.answer_within:
        inherited = after.answer_within is None
        yield f"{area}, usually answered: {'same as the practice' if inherited else _within(after.answer_within or 0)}."
    if before.guidance != after.guidance:
        yield f"{area}: guidance changed to “{after.guidance}”." if after.guidance else f"{area}: guidance removed."
    if before.ladder != after.ladder:
        yield f"{area}, ladder: {'same as the practice' if after.ladder is None else ladder_in_words(after.ladder)}."
    if before.others_may_get_chosen != after.others_may_get_chosen:
        which = "may get private messages and" if after.others_may_get_chosen else "may not get private messages or"
        yield f"{area}: others {which} messages to a chosen provider."


def _within(minutes: int) -> str:
    return f"within {minutes_in_words(minutes)} of opening time" if minutes else "patients aren't told a time"
