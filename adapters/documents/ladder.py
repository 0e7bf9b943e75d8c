"""Ladders in the settings document, both ways."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from adapters.documents.document import Document
from router.messaging.ladder import Condition, Do, Ladder, LadderStep
from router.messaging.ladder_rules import AFTER_LIMIT, STEPS_LIMIT


class LadderStepDocument(Document):
    """A step of a ladder."""

    after: Annotated[
        int,
        Field(
            description="Minutes of opening time since the message was accepted; more than in the previous step.",
            json_schema_extra={"minimum": 1, "maximum": AFTER_LIMIT},
        ),
    ]
    condition: Annotated[
        Condition, Field(alias="while", strict=False, description="The step is carried out only while this holds.")
    ]
    do: Annotated[Do, Field(strict=False, description="What it does. The last step, and only the last, is an `alert`.")]


STEPS: dict[str, Any] = {"maxItems": STEPS_LIMIT}


def ladder_of(steps: Sequence[LadderStepDocument]) -> Ladder:
    """Make a ladder from documents of steps."""
    return tuple(LadderStep(step.after, step.condition, step.do) for step in steps)


def render_ladder(ladder: Ladder) -> list[dict[str, Any]]:
    """The documents of this ladder's steps."""
    return [{"after": step.after, "while": step.condition.value, "do": step.do.value} for step in ladder]
