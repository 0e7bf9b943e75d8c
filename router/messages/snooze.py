"""Putting a message off: it leaves the open list until a moment, and comes back on top."""

from datetime import datetime, timedelta

from router.messages.inbox import InboxItem
from router.messages.states import DeliveryState

LONGEST_SNOOZE = timedelta(days=90)


def latest_snooze(item: InboxItem, now: datetime) -> datetime:
    """The latest time to put a message off to: when the patient was told to expect an answer, if one is due."""
    longest = now + LONGEST_SNOOZE
    return min(longest, item.answer_by) if item.waits and item.answer_by is not None else longest


def reason_against_snooze(item: InboxItem) -> str | None:
    """Say in words why a message can't be put off at all, or None when it can."""
    return "The message is done: there is nothing to put off." if item.state is DeliveryState.DONE else None


def problem_with_snooze(item: InboxItem, at: datetime, now: datetime) -> str | None:
    """Say in words why a message can't be put off until then, or None when it can."""
    latest = latest_snooze(item, now)
    if latest <= now:
        return "is no longer possible: the patient was told to expect an answer by now"
    if at <= now:
        return "must be later than now"
    if at > latest and latest < now + LONGEST_SNOOZE:
        return "must not be later than the time at which the patient was told to expect an answer"
    return f"must be within {LONGEST_SNOOZE.days} days" if at > latest else None
