"""Putting a message off."""

from fastapi import APIRouter

from adapters.documents.snooze import SnoozeDocument, parse_snooze_json
from adapters.http.api.examples import SNOOZE
from adapters.http.api.views.snooze import SnoozedView
from adapters.http.auth import InboxCaller
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import DeliveryId
from adapters.http.limits import RequestBody
from router.messages.inbox import DeliveryRef

routes = APIRouter(tags=["inbox"])


@routes.post(
    "/v1/deliveries/{delivery}/snooze",
    operation_id="snoozeDelivery",
    summary="Put a delivery off",
    responses=problems(404, 409, 413),
    openapi_extra=takes(SnoozeDocument, examples=SNOOZE),
)
def snooze(caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp) -> SnoozedView:
    """Hide a delivery from this person's open list until a given time, when it comes back at the top. Can be repeated.

    This marks it read. The conversation keeps its owner, and its ladder continues. Acting on it earlier brings it back.
    """
    staff, at = parse_snooze_json(body)
    flows.snooze.snooze(DeliveryRef(caller.practice, delivery, staff, caller.actor), at)
    return SnoozedView(id=delivery, snoozed_until=at)
