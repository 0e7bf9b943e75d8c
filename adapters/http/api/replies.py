"""What staff do with a delivery: read its conversation, claim, release, reply, forward."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query

from adapters.documents.replies import ForwardDocument, ReplyDocument, parse_forward_json, parse_reply_json
from adapters.documents.staff import ActingStaffDocument, parse_acting_staff_json
from adapters.http.api.examples import FORWARD, REPLY, STAFF
from adapters.http.api.messages import KEY_HEADER, KeyText, key_in_header
from adapters.http.api.views.inbox import DeliveryIdView
from adapters.http.api.views.replies import StaffConversationView
from adapters.http.auth import InboxCaller
from adapters.http.description import problems, takes
from adapters.http.entries import EntryView
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import ActingStaffId, DeliveryId
from adapters.http.limits import RequestBody
from router.access.keys import Caller
from router.messages.inbox import DeliveryRef

routes = APIRouter(tags=["inbox"])

OptionalKey = Annotated[
    KeyText | None,
    Header(alias=KEY_HEADER, description="Unique in the practice; repeating the call with it does nothing twice."),
]


@routes.get(
    "/v1/deliveries/{delivery}/conversation",
    operation_id="getDeliveryConversation",
    summary="Get the conversation of a delivery",
    responses=problems(404),
)
def read_thread(
    caller: InboxCaller,
    delivery: DeliveryId,
    staff: ActingStaffId,
    flows: FlowsOfApp,
    earlier: Annotated[  # noqa: FBT002 - a parameter of the query has a name.
        bool, Query(description="Also what was written before this person came into the conversation.")
    ] = False,
) -> StaffConversationView:
    """The conversation with the notes of staff, as far as this person sees it through their delivery.

    Somebody who came into it by a forward of one message, a mention, a step of a ladder, on call or by a corrected
    topic reads it from that message on; `has_earlier` then says so. What is earlier is shown with `earlier=true`, which
    is on record. What has gone to somebody else shows nothing that came later.
    """
    ref = DeliveryRef(caller.practice, delivery, staff, caller.actor)
    return StaffConversationView.of(flows.replies.conversation(ref, earlier=earlier))


@routes.post(
    "/v1/deliveries/{delivery}/claim",
    operation_id="claimDelivery",
    summary="Claim a conversation",
    responses=problems(404, 409, 413),
    openapi_extra=takes(ActingStaffDocument, examples=STAFF),
)
def claim(caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp) -> DeliveryIdView:
    """Own the conversation from now on. Repeatable; 409 names a colleague who owns it."""
    return _act(flows.replies.claim, caller, delivery, body)


@routes.post(
    "/v1/deliveries/{delivery}/release",
    operation_id="releaseDelivery",
    summary="Release a conversation",
    responses=problems(404, 409, 413),
    openapi_extra=takes(ActingStaffDocument, examples=STAFF),
)
def release(caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp) -> DeliveryIdView:
    """Stop owning the conversation. Repeatable."""
    return _act(flows.replies.release, caller, delivery, body)


@routes.post(
    "/v1/deliveries/{delivery}/reply",
    status_code=201,
    operation_id="replyToDelivery",
    summary="Reply to the patient's side",
    responses=problems(404, 409, 413),
    openapi_extra=takes(ReplyDocument, examples=REPLY),
)
def reply(
    caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp, key: OptionalKey = None
) -> EntryView:
    """Answer the message. The patient's side reads it under the name that it knows.

    When a colleague has answered since `last_seen`, nothing is sent, and 409 carries their entry.
    """
    staff, request = parse_reply_json(body)
    checked = key_in_header(key) if key is not None else None
    entry = flows.replies.reply(
        DeliveryRef(caller.practice, delivery, staff, caller.actor), replace(request, idempotency_key=checked)
    )
    return EntryView.of(entry)


@routes.post(
    "/v1/deliveries/{delivery}/forward",
    operation_id="forwardDelivery",
    summary="Forward to a colleague",
    responses=problems(404, 409, 413),
    openapi_extra=takes(ForwardDocument, examples=FORWARD),
)
def forward(
    caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp, key: OptionalKey = None
) -> DeliveryIdView:
    """Put the message, or the whole conversation, into a colleague's inbox."""
    staff, forwarding = parse_forward_json(body)
    checked = key_in_header(key) if key is not None else None
    flows.forward.forward(
        DeliveryRef(caller.practice, delivery, staff, caller.actor), replace(forwarding, idempotency_key=checked)
    )
    return DeliveryIdView(id=delivery)


def _act(act: Callable[[DeliveryRef], None], caller: Caller, delivery: UUID, body: bytes) -> DeliveryIdView:
    act(DeliveryRef(caller.practice, delivery, parse_acting_staff_json(body), caller.actor))
    return DeliveryIdView(id=delivery)
