"""Moving a conversation to the right topic."""

from typing import Annotated

from fastapi import APIRouter, Query

from adapters.documents.correction import CorrectionDocument, parse_correction_json
from adapters.http.api.examples_urgency import CORRECTION
from adapters.http.api.views.topic import CorrectionView
from adapters.http.auth import InboxCaller
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import ActingStaffId, DeliveryId, an_example
from adapters.http.limits import RequestBody
from router.messages.inbox import DeliveryRef
from router.practice.topics import Topic

routes = APIRouter(tags=["inbox"])


@routes.get(
    "/v1/deliveries/{delivery}/topic",
    operation_id="previewTopic",
    summary="Preview who would get a conversation under another topic",
    responses=problems(404, 409),
)
def look(
    caller: InboxCaller,
    delivery: DeliveryId,
    staff: ActingStaffId,
    topic: Annotated[Topic, Query(description="The topic.", openapi_examples=an_example("medical"))],
    flows: FlowsOfApp,
) -> CorrectionView:
    """Show who could read the conversation from this message on. Nothing is changed."""
    found = flows.correction.look(DeliveryRef(caller.practice, delivery, staff, caller.actor), topic)
    return CorrectionView.of(delivery, found)


@routes.post(
    "/v1/deliveries/{delivery}/topic",
    operation_id="setTopic",
    summary="Move a conversation to the right topic",
    responses=problems(404, 409, 413),
    openapi_extra=takes(CorrectionDocument, examples=CORRECTION),
)
def correct(caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp) -> CorrectionView:
    """Move the conversation of this delivery to another topic.

    Its unfinished messages leave the inboxes of staff who don't get the new topic, and go to those who do.

    The patient sees that it was moved. If a colleague has answered since `last_seen`, nothing is moved, and the 409
    is that of `replyToDelivery`. In a conversation with a chosen provider, only they, their cover or the owner may do
    this.
    """
    staff, request = parse_correction_json(body)
    found = flows.correction.correct(DeliveryRef(caller.practice, delivery, staff, caller.actor), request)
    return CorrectionView.of(delivery, found)
