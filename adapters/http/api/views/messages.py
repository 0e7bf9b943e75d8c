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
    """What somebody should read who wrote what may be an emergency. A frontend must show it."""

    group: Annotated[str, Field(description="The practice's word for the kind of thing, such as `emergency`.")]
    text: Annotated[str, Field(description="What to show.")]
    phone: Annotated[str, Field(description="The line to call.")]


class CheckView(TypedDict):
    """What goes with the words that are being written."""

    advice: Annotated[AdviceView | None, Field(description="What to show before they are sent; null: nothing.")]


class AcceptedView(TypedDict):
    """A message that is stored."""

    id: Annotated[str, Field(description="The message's id.", json_schema_extra={"format": "uuid"})]
    conversation: Annotated[str, Field(description="The conversation's id.", json_schema_extra={"format": "uuid"})]
    status: Annotated[str, Field(description="Always `accepted`.")]
    to: Annotated[str, Field(description="What the patient reads in To:.")]
    answer_by: Annotated[
        str | None,
        Field(
            description="By when an answer is usually given; null: nothing is said.",
            json_schema_extra={"format": "date-time"},
        ),
    ]
    priority: Annotated[
        Priority,
        Field(
            description="The priority that its writer gave, as far as it counts: `routine` where the practice doesn't "
            "let patients say that something is urgent."
        ),
    ]
    advice: Annotated[
        AdviceView | None,
        Field(description="What to show to its writer, unless they have seen it; null: nothing."),
    ]


class BatchItemView(TypedDict):
    """What became of one item of a batch: a message or a problem."""

    status: Annotated[int, Field(description="202, or the status that this item alone would have been answered with.")]
    message: NotRequired[Annotated[AcceptedView, Field(description="The message; absent where it was refused.")]]
    index: NotRequired[Annotated[int, Field(description="The item's place, from 0; absent where it was accepted.")]]
    idempotency_key: NotRequired[
        Annotated[str, Field(description="The item's key; absent where it was accepted or has no valid key.")]
    ]
    problem: NotRequired[Annotated[Problem, Field(description="Why it was refused; absent where it was accepted.")]]


class BatchView(TypedDict):
    """One result for each item."""

    items: Annotated[list[BatchItemView], Field(description="The results, in the order of the items.")]


class ReceiptView(View):
    """What became of a message, as far as the patient's side may know."""

    id: UUID = Field(description="The message's id.")
    conversation: UUID = Field(description="The conversation's id.")
    status: State = Field(description="Where the message is.")
    to: str = Field(description="What the patient reads in To: now.")
    first_to: str = Field(description="What its writer read in To:; the topic may have been corrected since.")
    topic: Topic = Field(description="What the conversation is about now.")
    accepted_at: UtcTime = Field(description="When it was stored.")
    delivered_at: UtcTime | None = Field(description="When it came to an inbox; null: not yet.")
    opened_at: UtcTime | None = Field(description="When a member of staff first opened it; null: not yet.")
    answered_at: UtcTime | None = Field(description="When it was first answered; null: not yet.")
    answer_by: UtcTime | None = Field(description="By when an answer is usually given; null: nothing is said.")
    outcome: Outcome | None = Field(description="How it was finished without a reply; null: it was not.")


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
    return AdviceView(group=advice.group, text=advice.text, phone=advice.phone) if advice is not None else None
