"""A message's way. Nothing here has a field for a text of the message."""

from collections.abc import Mapping
from uuid import UUID

from pydantic import Field

from adapters.http.api.views.ladders import LadderStepDoneView
from adapters.http.api.views.messages import ReceiptView
from adapters.http.api.views.notifications import NoticeView, NotificationView, NumberView, ReaderNotificationView
from adapters.http.api.views.urgency import PriorityChangeView
from adapters.http.view import UtcTime, View
from router.messages.cascade import HandOver, Recipient, Resolution, Step, StepOutcome, TracedStep
from router.messages.explanation import hand_over_in_words, step_in_words, why
from router.messages.priority import Priority
from router.messages.states import DeliveryState
from router.messages.trace import (
    StoredResolution,
    Trace,
    TracedDelivery,
    TracedHandOver,
    TracedReply,
)
from router.practice.availability import Considered, Standing

Names = Mapping[str, str]


class ConsideredView(View):
    """Somebody who was considered."""

    staff: str = Field(description="Their id.")
    name: str = Field(description="Their name.")
    standing: Standing = Field(description="Why they could or couldn't take it.")
    taken_by: str | None = Field(
        description="The id of the person who gets it: they themselves, or a cover; null: nobody."
    )
    covers: list[str] = Field(description="The ids of the covers in between, in order.")

    @classmethod
    def of(cls, considered: Considered, names: Names) -> "ConsideredView":
        """Show one person."""
        return cls(
            staff=considered.staff,
            name=names.get(considered.staff, considered.staff),
            standing=considered.standing,
            taken_by=considered.taken_by,
            covers=list(considered.covers),
        )


class StepView(View):
    """A step of the routing table that was tried."""

    step: Step = Field(description="The step.")
    outcome: StepOutcome = Field(description="Its outcome.")
    considered: list[ConsideredView] = Field(description="Who was considered.")
    text: str = Field(description="What happened, in words.")

    @classmethod
    def of(cls, step: TracedStep, names: Names) -> "StepView":
        """Show one step."""
        considered = [ConsideredView.of(person, names) for person in step.considered]
        return cls(step=step.step, outcome=step.outcome, considered=considered, text=step_in_words(step, names))


class RecipientView(View):
    """Somebody who got it."""

    staff: str = Field(description="Their id.")
    name: str = Field(description="Their name.")
    step: Step | HandOver = Field(description="The step that named them.")
    represents: str | None = Field(description="The id of the person they represent; null: themselves.")

    @classmethod
    def of(cls, recipient: Recipient, names: Names) -> "RecipientView":
        """Show one recipient."""
        name = names.get(recipient.staff, recipient.staff)
        return cls(staff=recipient.staff, name=name, step=recipient.step, represents=recipient.represents)


class ResolutionView(View):
    """Who gets a message, and step by step why."""

    at: UtcTime = Field(description="When it was decided.")
    settings_version: int = Field(description="The version of the settings that decided.")
    steps: list[StepView] = Field(description="The steps that were tried, in order.")
    recipients: list[RecipientView] = Field(description="Who gets it.")

    @classmethod
    def of(cls, resolution: Resolution, names: Names) -> "ResolutionView":
        """Show one resolution; `names` holds the names of staff by id."""
        return cls(
            at=resolution.at,
            settings_version=resolution.distribution_version,
            steps=[StepView.of(step, names) for step in resolution.trace],
            recipients=[RecipientView.of(recipient, names) for recipient in resolution.recipients],
        )


class NumberedResolutionView(ResolutionView, NumberView):
    """One of the resolutions of a message."""

    @classmethod
    def of_stored(cls, stored: StoredResolution, names: Names) -> "NumberedResolutionView":
        """Show one stored resolution."""
        shown = ResolutionView.of(stored.resolution, names)
        return cls.model_validate({"number": stored.number, **dict(shown)})


class TracedDeliveryView(View):
    """A message in one recipient's inbox, and the email about it."""

    id: UUID = Field(description="The delivery's id.")
    staff: str = Field(description="The recipient's id.")
    name: str = Field(description="The recipient's name.")
    state: DeliveryState = Field(description="Where the message stands in this inbox.")
    reason: str = Field(description="Why it is in this inbox, in words.")
    received_at: UtcTime = Field(description="When it arrived in this inbox.")
    notification: NotificationView | None = Field(description="The newest email about it; null: none.")

    @classmethod
    def of(cls, delivery: TracedDelivery, names: Names) -> "TracedDeliveryView":
        """Show one delivery."""
        recipient, newest = delivery.recipient, delivery.notifications[-1:]
        return cls(
            id=delivery.id,
            staff=recipient.staff,
            name=names.get(recipient.staff, recipient.staff),
            state=delivery.state,
            reason=why(recipient, names),
            received_at=delivery.received_at,
            notification=NotificationView.model_validate(newest[0]) if newest else None,
        )


class HandOverView(View):
    """A hand-over between members of staff."""

    at: UtcTime = Field(description="When it happened.")
    kind: HandOver = Field(description="What led to it: a forward, an absence, a step of the ladder, …")
    giver: str = Field(description="The id of the person who had it; they may have kept it.")
    taker: str = Field(description="The id of the person who got it.")
    whole_conversation: bool = Field(description="Whether the whole conversation went with it.")
    text: str = Field(description="What happened, in words.")

    @classmethod
    def of(cls, handed: TracedHandOver, names: Names) -> "HandOverView":
        """Show one hand-over."""
        return cls(
            at=handed.at,
            kind=handed.kind,
            giver=handed.giver,
            taker=handed.taker,
            whole_conversation=handed.whole_conversation,
            text=hand_over_in_words(handed, names),
        )


class TracedReplyView(View):
    """A reply to the message, without its text."""

    id: UUID = Field(description="The reply's id.")
    at: UtcTime = Field(description="When it was written.")
    staff: str = Field(description="The author's id.")
    name: str = Field(description="The author's name.")
    notifications: list[ReaderNotificationView] = Field(description="The emails about it to the patient's side.")

    @classmethod
    def of(cls, reply: TracedReply, names: Names) -> "TracedReplyView":
        """Show one reply."""
        notifications = [ReaderNotificationView.of(notification) for notification in reply.notifications]
        name = names.get(reply.author, reply.author)
        return cls(id=reply.id, at=reply.at, staff=reply.author, name=name, notifications=notifications)


class TraceView(ReceiptView):
    """Everything that happened to a message."""

    parked_reason: str | None = Field(description="Why the message is parked; null: it is not.")
    resolutions: list[NumberedResolutionView] = Field(description="Who got it and why, each time it was routed.")
    deliveries: list[TracedDeliveryView] = Field(description="The inboxes that it reached.")
    hand_overs: list[HandOverView] = Field(description="How it passed between members of staff.")
    replies: list[TracedReplyView] = Field(description="The replies to it.")
    ladder_steps: list[LadderStepDoneView] = Field(description="What the steps of its ladder did, oldest first.")
    notices: list[NoticeView] = Field(
        description="The emails to staff about it besides those about its arrival, such as reminders and alerts."
    )
    priority: Priority = Field(description="The message's priority.")
    priority_changes: list[PriorityChangeView] = Field(
        description="The changes of its priority, oldest first; empty if it has always been routine."
    )

    @classmethod
    def of(cls, trace: Trace, names: Names) -> "TraceView":
        """Show one trace; `names` holds the names of staff by id."""
        found = {
            **dict(ReceiptView.model_validate(trace.receipt)),
            "parked_reason": trace.parked_reason,
            "resolutions": [NumberedResolutionView.of_stored(stored, names) for stored in trace.resolutions],
            "deliveries": [TracedDeliveryView.of(delivery, names) for delivery in trace.deliveries],
            "hand_overs": [HandOverView.of(handed, names) for handed in trace.hand_overs],
            "replies": [TracedReplyView.of(reply, names) for reply in trace.replies],
            "ladder_steps": [LadderStepDoneView.of(step, names) for step in trace.ladder_steps],
            "notices": [NoticeView.of(notice, names) for notice in trace.notices],
            "priority": trace.priority,
            "priority_changes": [PriorityChangeView.of(change, names) for change in trace.priority_changes],
        }
        return cls.model_validate(found)
