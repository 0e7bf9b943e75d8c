"""Ladders within the settings."""

from pydantic import Field

from adapters.http.view import View
from router.messaging.ladder import Condition, Do


class LadderStepView(View):
    """A step of a ladder."""

    after: int = Field(description="Minutes of opening time since the message was accepted.")
    condition: Condition = Field(alias="while", description="The step is carried out only while this holds.")
    do: Do = Field(description="What it does.")
