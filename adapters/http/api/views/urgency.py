"""Urgent messages: what an administrator sets about them, and what is shown of a message's priority."""

from pydantic import Field

from adapters.http.api.views.ladders import LadderStepView
from adapters.http.view import View


class RedFlagGroupView(View):
    """Phrases that make a message urgent, and what patients who write one of them are advised."""

    group: str = Field(description="The word that names the group.")
    phrases: dict[str, list[str]] = Field(description="By language.")
    advice: dict[str, str] = Field(description="By language, what patients read.")
    phone: str = Field(description="The line that patients should call.")


class UrgencySettingsView(View):
    """What an administrator sets about urgent messages."""

    urgent_ladder: list[LadderStepView] = Field(
        description="What happens to urgent messages that nobody opens or answers; empty: the same as to others."
    )
    on_call: list[str] = Field(description="The ids of the staff who get urgent messages while the practice is closed.")
    red_flags: list[RedFlagGroupView] = Field(description="The groups of phrases, in the order of their advice.")
    languages: list[str] = Field(description="The languages in which red flags count.")
    patients_may_say_urgent: bool = Field(description="Whether patients may say that a message is urgent.")
