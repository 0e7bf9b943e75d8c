"""Inboxes as staff read them."""

from collections.abc import Mapping
from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from adapters.http.api.views.people import AwayView, PersonView
from adapters.http.view import NextCursor, UtcTime, View
from router.messages.explanation import why_item
from router.messages.inbox import InboxItem
from router.messages.priority import Priority
from router.messages.states import DeliveryState
from router.messages.undo import UndoableAct
from router.messaging.ladder import Do
from router.practice.topics import Topic


class PatientView(View):
    """The patient whose chart a message belongs to."""

    id: str = Field(description="The patient's id.")
    name: str = Field(description="The patient's name.")
    birth_date: date | None = Field(description="The patient's date of birth; null where it isn't known.")
    record_number: str | None = Field(description="The number of the patient's chart; null where it isn't known.")


class ChartView(PatientView):
    """The patient whose chart a message belongs to, and whether they can still read answers."""

    active: bool = Field(description="Whether the chart is in use.")
    replaced_by: str | None = Field(description="The id of the chart that it was merged into; null: it wasn't.")
    can_read: bool = Field(
        description="Whether the patient can read replies: the chart is in use, or was merged into one that is. Show "
        "it to whoever writes a reply."
    )


class SenderView(View):
    """Who wrote a message."""

    kind: Literal["patient", "authorized_user"] = Field(description="Whether it was the patient or an authorized user.")
    id: str = Field(description="The id of the patient or of the authorized user.")
    name: str | None = Field(description="Their name; null if the authorized user is no longer on the chart.")


class NextStepView(View):
    """What the ladder does next, unless somebody acts."""

    do: Do = Field(description="What it does.")
    at: UtcTime = Field(description="When.")


class DeliveryView(View):
    """A message in one person's inbox."""

    id: UUID = Field(description="The delivery's id.")
    message: UUID = Field(description="The message's id.")
    conversation: UUID = Field(description="The id of its conversation.")
    topic: Topic = Field(description="What the conversation is about.")
    site: str | None = Field(description="The id of the site that it was written to; null: none.")
    patient: ChartView = Field(description="The patient whose chart it belongs to.")
    sender: SenderView = Field(description="Who wrote it.")
    subject: str = Field(description="The subject of the conversation.")
    body: str = Field(description="The text of the message.")
    state: DeliveryState = Field(description="Where the message stands in this inbox.")
    owner: PersonView | None = Field(description="Who owns the conversation; null: nobody.")
    handled_by: PersonView | None = Field(
        description="Which colleague claimed, was given, answered or finished it; null: nobody."
    )
    reason: str = Field(description="Why it is in this inbox, in words.")
    received_at: UtcTime = Field(description="When it arrived in this inbox.")
    answer_by: UtcTime | None = Field(
        description="When the patient was told to expect an answer; null: they weren't told a time, or no answer is "
        "due any more."
    )
    next_step: NextStepView | None = Field(
        description="What its ladder does next unless somebody acts; null: it has no ladder, or no step is left."
    )
    priority: Priority = Field(
        description="`urgent` messages come first in lists until somebody has claimed or answered them."
    )
    why: str | None = Field(description="Why it is urgent, in words; null if it isn't.")
    snoozed_until: UtcTime | None = Field(
        description="Until when it is, or was last, snoozed; null: it isn't, or somebody has acted on it since."
    )

    @classmethod
    def of(cls, item: InboxItem, names: Mapping[str, str]) -> "DeliveryView":
        """Show one delivery; `names` holds the names of staff by id."""
        patient = ChartView(
            id=item.patient,
            name=item.patient_name,
            birth_date=item.birth_date,
            record_number=item.record_number,
            active=item.chart.active,
            replaced_by=item.chart.replaced_by,
            can_read=item.chart.can_read,
        )
        return cls(
            id=item.delivery,
            message=item.message,
            conversation=item.conversation,
            topic=item.topic,
            site=item.site,
            patient=patient,
            sender=_sender(item),
            subject=item.subject,
            body=item.body,
            state=item.state,
            owner=PersonView.of(item.owner, names),
            handled_by=PersonView.of(item.handled_by, names),
            reason=why_item(item, names),
            received_at=item.received_at,
            answer_by=item.answer_by if item.waits else None,
            next_step=NextStepView.model_validate(item.next_step) if item.next_step and item.waits else None,
            priority=item.priority,
            why=item.why_urgent(names),
            snoozed_until=item.snoozed_until,
        )


class InboxPageView(View):
    """A page of an inbox. The first page begins with urgent messages that nobody has claimed or answered yet."""

    items: list[DeliveryView] = Field(description="The deliveries of this page.")
    unread: int = Field(description="How many deliveries of the whole inbox are unread.")
    next: NextCursor


class DeliveryStateView(View):
    """Where a delivery stands."""

    id: UUID = Field(description="The delivery's id.")
    state: DeliveryState = Field(description="Its state from now on.")


class UndoneView(View):
    """What was undone."""

    id: UUID = Field(description="The delivery's id.")
    undone: UndoableAct = Field(description="The act that was undone.")


class DeliveryIdView(View):
    """The delivery that was acted on."""

    id: UUID = Field(description="The delivery's id.")


class ForwardedView(AwayView):
    """The delivery that was forwarded, and whether the colleague who got it is there."""

    id: UUID = Field(description="The delivery's id.")


def _sender(item: InboxItem) -> SenderView:
    if item.sender is None:
        return SenderView(kind="patient", id=item.patient, name=item.patient_name)
    return SenderView(kind="authorized_user", id=item.sender, name=item.sender_name)
