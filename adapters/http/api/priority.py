"""Raising and lowering the priority of a message."""

from fastapi import APIRouter

from adapters.documents.priority import PriorityDocument, parse_priority_json
from adapters.http.api.examples_urgency import PRIORITIES
from adapters.http.api.views.urgency import DeliveryPriorityView
from adapters.http.auth import InboxCaller
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import DeliveryId
from adapters.http.limits import RequestBody
from router.messages.inbox import DeliveryRef

routes = APIRouter(tags=["inbox"])


@routes.post(
    "/v1/deliveries/{delivery}/priority",
    operation_id="setPriority",
    summary="Raise or lower the priority of a message",
    responses=problems(404, 409, 413),
    openapi_extra=takes(PriorityDocument, examples=PRIORITIES),
)
def change(caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp) -> DeliveryPriorityView:
    """Change the priority of the delivery's message for everybody who has it. Can be repeated.

    Lowering it needs a reason. It can be undone within a minute.
    """
    staff, request = parse_priority_json(body)
    priority = flows.urgency.change(DeliveryRef(caller.practice, delivery, staff, caller.actor), request)
    return DeliveryPriorityView(id=delivery, priority=priority)
