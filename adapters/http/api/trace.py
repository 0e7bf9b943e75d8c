"""Why a message went where it went. No text of the message."""

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from adapters.documents.fields import moment_text
from adapters.http.api.messages import render_receipt
from adapters.http.api.trace_shapes import (
    AnswerShape,
    AttemptShape,
    ConsideredShape,
    DeliveryShape,
    HandOverShape,
    NotificationShape,
    ReaderNotificationShape,
    RecipientShape,
    ReplyShape,
    ResolutionShape,
    StepShape,
    TraceShape,
)
from adapters.http.auth import AdminCaller
from adapters.http.description import problems
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import MessageId
from router.messages.cascade import Recipient, Resolution, TracedStep
from router.messages.explanation import hand_over_in_words, step_in_words, why
from router.messages.trace import (
    StoredResolution,
    Trace,
    TracedAttempt,
    TracedDelivery,
    TracedHandOver,
    TracedNotification,
    TracedReply,
)
from router.practice.availability import Considered

Names = Mapping[str, str]

routes = APIRouter(tags=["trace"])


@routes.get(
    "/v1/messages/{message}/trace",
    summary="Explain a message's way",
    response_model=TraceShape,
    responses=problems(404),
)
def read_trace(caller: AdminCaller, message: MessageId, flows: FlowsOfApp) -> JSONResponse:
    """Step by step: what was tried, who was skipped and why, who got it, and every email with the server's answers."""
    trace, names = flows.traces.trace(caller.practice, message, caller.actor)
    return JSONResponse(_render(trace, names))


def _render(trace: Trace, names: Names) -> TraceShape:
    return TraceShape(
        **render_receipt(trace.receipt),
        parked_reason=trace.parked_reason,
        resolutions=[_resolution(one, names) for one in trace.resolutions],
        deliveries=[_delivery(one, names) for one in trace.deliveries],
        hand_overs=[_hand_over(one, names) for one in trace.hand_overs],
        replies=[_reply(one, names) for one in trace.replies],
    )


def _resolution(stored: StoredResolution, names: Names) -> ResolutionShape:
    return ResolutionShape(number=stored.number, **render_resolution(stored.resolution, names))


def render_resolution(resolution: Resolution, names: Names) -> AnswerShape:
    """Who gets it, and step by step why."""
    return AnswerShape(
        at=moment_text(resolution.at),
        settings_version=resolution.distribution_version,
        steps=[_step(one, names) for one in resolution.trace],
        recipients=[_recipient(one, names) for one in resolution.recipients],
    )


def _step(step: TracedStep, names: Names) -> StepShape:
    return StepShape(
        step=step.step.value,
        outcome=step.outcome.value,
        considered=[_considered(one, names) for one in step.considered],
        text=step_in_words(step, names),
    )


def _considered(one: Considered, names: Names) -> ConsideredShape:
    return ConsideredShape(
        staff=one.staff,
        name=names.get(one.staff, one.staff),
        standing=one.standing.value,
        taken_by=one.taken_by,
        covers=list(one.covers),
    )


def _recipient(one: Recipient, names: Names) -> RecipientShape:
    return RecipientShape(
        staff=one.staff, name=names.get(one.staff, one.staff), step=one.step.value, represents=one.represents
    )


def _delivery(delivery: TracedDelivery, names: Names) -> DeliveryShape:
    recipient = delivery.recipient
    return DeliveryShape(
        id=str(delivery.id),
        staff=recipient.staff,
        name=names.get(recipient.staff, recipient.staff),
        state=delivery.state.value,
        reason=why(recipient, names),
        received_at=moment_text(delivery.received_at),
        notification=_notification(delivery.notifications[-1]) if delivery.notifications else None,
    )


def _notification(notification: TracedNotification) -> NotificationShape:
    return NotificationShape(
        id=str(notification.id),
        state=notification.state,
        reason=notification.reason,
        carrier=str(notification.carrier) if notification.carrier else None,
        due_at=moment_text(notification.due_at),
        attempts=[_attempt(one) for one in notification.attempts],
    )


def _hand_over(handed: TracedHandOver, names: Names) -> HandOverShape:
    return HandOverShape(
        at=moment_text(handed.at),
        kind=handed.kind.value,
        giver=handed.giver,
        taker=handed.taker,
        whole_conversation=handed.whole_conversation,
        text=hand_over_in_words(handed, names),
    )


def _reply(reply: TracedReply, names: Names) -> ReplyShape:
    return ReplyShape(
        id=str(reply.id),
        at=moment_text(reply.at),
        staff=reply.author,
        name=names.get(reply.author, reply.author),
        notifications=[
            ReaderNotificationShape(**_notification(one), reader=one.reader or None) for one in reply.notifications
        ],
    )


def _attempt(attempt: TracedAttempt) -> AttemptShape:
    return AttemptShape(
        number=attempt.number,
        at=moment_text(attempt.at),
        outcome=attempt.outcome,
        code=attempt.code,
        answer=attempt.answer,
    )
