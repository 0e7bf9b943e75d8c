"""Ladders within the settings, and what their steps did."""

from collections.abc import Mapping

from pydantic import Field

from adapters.http.view import UtcTime, View
from router.coverage.ladder_decisions import traced_step_in_words
from router.messages.trace import TracedStepOfLadder
from router.messaging.ladder import Condition, Do


class LadderStepView(View):
    """A step of a ladder."""

    after: int = Field(description="Minutes of opening time since the message was accepted.")
    condition: Condition = Field(alias="while", description="The step is carried out only while this holds.")
    do: Do = Field(description="What it does.")


class LadderStepDoneView(View):
    """A step of a ladder that was carried out or skipped."""

    at: UtcTime = Field(description="When that happened.")
    run: int = Field(description="The run of the ladder that it belongs to, from 1.")
    step: int = Field(description="Its position in the ladder, from 1.")
    planned: Do = Field(description="What the ladder specified.")
    did: Do | None = Field(description="What was done; null: nothing.")
    text: str = Field(description="What happened, in words.")

    @classmethod
    def of(cls, step: TracedStepOfLadder, names: Mapping[str, str]) -> "LadderStepDoneView":
        """Show one step."""
        did = Do(step.did) if step.did else None
        text = traced_step_in_words(step, names)
        return cls(at=step.at, run=step.run, step=step.step + 1, planned=Do(step.planned), did=did, text=text)
