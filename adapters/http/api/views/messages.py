"""What became of messages."""

from typing import Annotated, NotRequired
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from adapters.documents.fields import moment_text
from adapters.http.problems import Problem
from adapters.http.view import UtcTime, View
from router.messages.acceptance import Receipt
from router.messages.priority import Priority
from router.messages.states import Outcome, State
from router.messaging.red_flags import Advice
from router.practice.topics import Topic


class AdviceView(TypedDict):
    """Advice for somebody whose message may be about an emergency. A frontend must show it."""

    group: Annotated[str, Field(description="The practice's name for the group of phrases, such as `emergency`.")]
    text: Annotated[str, Field(description="What to show.")]
    phone: Annotated[str, Field(description="The number to call.")]
    language: Annotated[
        str | None,
        Field(
            description="The language of the text, such as `en`, for its `lang` attribute; null: not known, because "
            "an earlier version accepted the message."
        ),
    ]


class CheckView(TypedDict):
    """The advice for a text that is being written."""

    advice: Annotated[AdviceView | None, Field(description="What to show before the message is sent; null: nothing.")]


class AcceptedView(TypedDict):
    """An accepted message."""

    id: Annotated[str, Field(description="The message's id.", json_schema_extra={"format": "uuid"})]
    conversation: Annotated[str, Field(description="The conversation's id.", json_schema_extra={"format": "uuid"})]
    status: Annotated[str, Field(description="Always `accepted`.")]
    to: Annotated[str, Field(description="What the patient reads in To:.")]
    answer_by: Annotated[
        str | None,
        Field(
            description="When an answer can usually be expected; null: the patient isn't told a time.",
            json_schema_extra={"format": "date-time"},
        ),
    ]
    priority: Annotated[
        Priority,
        Field(
            description="The priority that applies: `routine` if the practice doesn't "
            "let patients mark messages as urgent."
        ),
    ]
    advice: Annotated[
        AdviceView | None,
        Field(description="Advice to show to the writer unless they have already seen it; null: none."),
    ]


class BatchItemView(TypedDict):
    """The result for one item of a batch: a message or a problem."""

    status: Annotated[int, Field(description="202, or the status that a request with only this item would have got.")]
    message: NotRequired[Annotated[AcceptedView, Field(description="The message; absent if it was refused.")]]
    index: NotRequired[Annotated[int, Field(description="The item's position, from 0; absent if it was accepted.")]]
    idempotency_key: NotRequired[
        Annotated[str, Field(description="The item's key; absent if it was accepted or has no valid key.")]
    ]
    problem: NotRequired[Annotated[Problem, Field(description="Why it was refused; absent if it was accepted.")]]


class BatchView(TypedDict):
    """One result for each item."""

    items: Annotated[list[BatchItemView], Field(description="The results, in the order of the items.")]


class ReceiptView(View):
    """The status of a message, as far as the patient's side may know it."""

    id: UUID = Field(description="The message's id.")
    conversation: UUID = Field(description="The conversation's id.")
    status: State = Field(description="Where the message is.")
    to: str = Field(description="What the patient reads in To: now.")
    first_to: str = Field(description="What the writer saw in To:. The topic may have been corrected since.")
    topic: Topic = Field(description="What the conversation is about now.")
    accepted_at: UtcTime = Field(description="When it was stored.")
    delivered_at: UtcTime | None = Field(description="When it arrived in an inbox; null: not yet.")
    opened_at: UtcTime | None = Field(description="When a member of staff first opened it; null: not yet.")
    answered_at: UtcTime | None = Field(description="When it was first answered; null: not yet.")
    answer_by: UtcTime | None = Field(
        description="When an answer can usually be expected; null: the patient isn't told a time."
    )
    outcome: Outcome | None = Field(description="How it was finished without a reply; null if it wasn't.")


def render_accepted(receipt: Receipt) -> AcceptedView:
    """The answer to sending, which stays the same however far the message has come since."""
    return AcceptedView(
        id=str(receipt.id),
        conversation=str(receipt.conversation),
        status=State.ACCEPTED.value,
        to=receipt.first_to,
        answer_by=None if receipt.first_answer_by is None else moment_text(receipt.first_answer_by),
        priority=receipt.accepted_with.priority,
        advice=render_advice(receipt.accepted_with.advice),
    )


def render_advice(advice: Advice | None) -> AdviceView | None:
    """What to show, if anything."""
    if advice is None:
        return None
    return AdviceView(group=advice.group, text=advice.text, phone=advice.phone, language=advice.language or None)
