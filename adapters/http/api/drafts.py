"""Replies that are being written, kept for their author alone."""

from fastapi import APIRouter, Response

from adapters.documents.replies import DraftDocument, parse_draft_json
from adapters.http.api.examples import DRAFT
from adapters.http.api.views.drafts import DraftSavedView, DraftView, OtherTextView
from adapters.http.auth import InboxCaller
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import ActingStaffId, DeliveryId
from adapters.http.limits import DraftRequestBody
from router.messages.inbox import DeliveryRef

PATH = "/v1/deliveries/{delivery}/draft"

routes = APIRouter(tags=["inbox"])


@routes.get(PATH, operation_id="getDraft", summary="Get a draft", responses=problems(404))
def read_draft(caller: InboxCaller, delivery: DeliveryId, staff: ActingStaffId, flows: FlowsOfApp) -> DraftView:
    """The reply that this person has begun to write; 404 if there is none. Nobody else can read it."""
    found = flows.drafts.get(DeliveryRef(caller.practice, delivery, staff, caller.actor))
    other = OtherTextView(body=found.other.body, saved_at=found.other.saved_at) if found.other else None
    return DraftView(delivery=delivery, body=found.body, saved_at=found.saved_at, other=other)


@routes.put(
    PATH,
    operation_id="saveDraft",
    summary="Save a draft",
    responses=problems(404, 413),
    openapi_extra=takes(DraftDocument, examples=DRAFT),
)
def save_draft(caller: InboxCaller, delivery: DeliveryId, body: DraftRequestBody, flows: FlowsOfApp) -> DraftSavedView:
    """Save a reply that is being written, replacing the previous draft. An empty text deletes it.

    A draft is deleted when the reply is sent, when its author is deactivated, and 14 days after it was last saved.
    """
    staff, draft = parse_draft_json(body)
    saved = flows.drafts.put(DeliveryRef(caller.practice, delivery, staff, caller.actor), draft)
    return DraftSavedView(delivery=delivery, saved_at=saved.saved_at if saved else None)


@routes.delete(PATH, status_code=204, operation_id="deleteDraft", summary="Delete a draft", responses=problems(404))
def delete_draft(caller: InboxCaller, delivery: DeliveryId, staff: ActingStaffId, flows: FlowsOfApp) -> Response:
    """Delete this person's draft, and the other text if there is one. Can be repeated."""
    flows.drafts.erase(DeliveryRef(caller.practice, delivery, staff, caller.actor))
    return Response(status_code=204)
