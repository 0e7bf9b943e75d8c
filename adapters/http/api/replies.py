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
from adapters.http.api.views.inbox import DeliveryIdView, ForwardedView
from adapters.http.api.views.people import away_fields
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
    Header(
        alias=KEY_HEADER,
        description="Unique in the practice. Repeating the call with the same key has no further effect.",
    ),
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
        bool,
        Query(
            description="Also return what was written before this person joined the conversation. This is recorded "
            "in the audit."
        ),
    ] = False,
) -> StaffConversationView:
    """The conversation with staff notes, as far as this person can see it through their delivery.

    Somebody who joined by a forward of one message, a mention, a ladder step, being on call or a corrected topic sees
    it from that message on, and `has_earlier` is true. Use `earlier=true` to show earlier entries; this
    is recorded in the audit. Somebody whose delivery has moved to others sees nothing later.
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
    """Become the owner of the conversation. Can be repeated. If a colleague owns it, the 409 names them."""
    return _act(flows.replies.claim, caller, delivery, body)


@routes.post(
    "/v1/deliveries/{delivery}/release",
    operation_id="releaseDelivery",
    summary="Release a conversation",
    responses=problems(404, 409, 413),
    openapi_extra=takes(ActingStaffDocument, examples=STAFF),
)
def release(caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp) -> DeliveryIdView:
    """Stop owning the conversation. Can be repeated.

    What waits for an answer and nobody else has open goes back to the recipients; 409 if there are none.
    """
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
    """Answer the message. The patient's side sees the reply under the name that it already knows.

    If a colleague has answered since `last_seen`, nothing is sent, and the 409 contains their entry; this is recorded
    in the audit. If the delivery has moved to others and doesn't show the entry, the 409 doesn't contain it either.
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
) -> ForwardedView:
    """Put the message, or the whole conversation, into a colleague's inbox.

    Nothing is refused because the colleague is away: the answer says so, and who covers.
    """
    staff, forwarding = parse_forward_json(body)
    checked = key_in_header(key) if key is not None else None
    flows.forward.forward(
        DeliveryRef(caller.practice, delivery, staff, caller.actor), replace(forwarding, idempotency_key=checked)
    )
    return ForwardedView(id=delivery, **away_fields(forwarding.to, flows.reports.snapshot(caller.practice)))


def _act(act: Callable[[DeliveryRef], object], caller: Caller, delivery: UUID, body: bytes) -> DeliveryIdView:
    act(DeliveryRef(caller.practice, delivery, parse_acting_staff_json(body), caller.actor))
    return DeliveryIdView(id=delivery)
