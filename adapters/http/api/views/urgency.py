"""Urgent messages: what an administrator sets about them, and what is shown of a message's priority."""

from collections.abc import Mapping
from uuid import UUID

from pydantic import Field

from adapters.http.api.views.ladders import LadderStepView
from adapters.http.view import UtcTime, View
from router.flows.administrator.red_flag_trial import FEWEST, TriedRedFlags
from router.messages.priority import Cause, LoweredBecause, Priority, PriorityChange, change_in_words


class RedFlagGroupView(View):
    """Phrases that make a message urgent, and the advice for patients who use one."""

    group: str = Field(description="The word that names the group.")
    phrases: dict[str, list[str]] = Field(description="By language.")
    advice: dict[str, str] = Field(description="By language, what patients read.")
    phone: str = Field(description="The number that patients should call.")


class UrgencySettingsView(View):
    """What an administrator sets about urgent messages."""

    urgent_ladder: list[LadderStepView] = Field(
        description="What happens to urgent messages that nobody opens or answers; empty: the same as for other "
        "messages."
    )
    on_call: list[str] = Field(description="The ids of the staff who get urgent messages while the practice is closed.")
    red_flags: list[RedFlagGroupView] = Field(description="The groups of phrases, in the order of their advice.")
    languages: list[str] = Field(description="The languages in which red flags apply.")
    patients_may_say_urgent: bool = Field(description="Whether patients can mark messages as urgent.")


class RedFlagTrialView(View):
    """What the phrases would have done, as one number for the whole practice."""

    days: int = Field(description="How many days back the messages were checked.")
    messages: int | None = Field(
        description="How many messages they would have made urgent; null if fewer than `fewer_than`."
    )
    fewer_than: int | None = Field(description="If `messages` is null, the number that it is below; otherwise null.")
    left: int = Field(description="How many trials the practice has left today.")
    is_all: bool = Field(description="Whether all messages of those days were checked; otherwise the newest 100,000.")

    @classmethod
    def of(cls, tried: TriedRedFlags) -> "RedFlagTrialView":
        """Show what came of a trial."""
        fewer_than = FEWEST if tried.messages is None else None
        return cls(
            days=tried.days, messages=tried.messages, fewer_than=fewer_than, left=tried.left, is_all=tried.is_all
        )


class DeliveryPriorityView(View):
    """The priority of a delivery's message."""

    id: UUID = Field(description="The delivery's id.")
    priority: Priority = Field(description="The message's priority from now on.")


class PriorityChangeView(View):
    """A change of a message's priority, without any word of the message."""

    at: UtcTime = Field(description="When it happened.")
    priority: Priority = Field(description="The priority after the change.")
    cause: Cause = Field(description="What changed it.")
    group: str | None = Field(description="The group of the red flag that raised it; null if none did.")
    reason: LoweredBecause | None = Field(description="Why staff lowered it; null if they didn't.")
    text: str = Field(description="What happened, in words.")

    @classmethod
    def of(cls, change: PriorityChange, names: Mapping[str, str]) -> "PriorityChangeView":
        """Show one change; `names` holds the names of staff by id."""
        text = change_in_words(change, names)
        return cls(
            at=change.at,
            priority=change.priority,
            cause=change.cause,
            group=change.group,
            reason=change.reason,
            text=text,
        )
