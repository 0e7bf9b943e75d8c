"""One act on several deliveries."""

from fastapi import APIRouter

from adapters.documents.bulk import BulkDocument, parse_bulk_json
from adapters.http.api.examples import BULK
from adapters.http.api.messages import key_in_header
from adapters.http.api.replies import OptionalKey
from adapters.http.api.views.bulk import BulkAnswerView, BulkView
from adapters.http.api.views.people import away_fields
from adapters.http.auth import InboxCaller
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.limits import RequestBody
from router.flows.staff.bulk import BulkAct
from router.messages.inbox import InboxRef

routes = APIRouter(tags=["inbox"])


@routes.post(
    "/v1/deliveries/bulk",
    operation_id="actOnDeliveries",
    summary="Act on several deliveries",
    responses=problems(413),
    openapi_extra=takes(BulkDocument, examples=BULK),
)
def act(caller: InboxCaller, body: RequestBody, flows: FlowsOfApp, key: OptionalKey = None) -> BulkView:
    """Mark done or unread, claim, or forward up to 200 deliveries of this person.

    Each delivery has its own result, in the same order. `done` leaves out deliveries that are urgent, that this person
    has not opened, or whose `answer_by` has passed.

    If the database becomes unavailable in the middle, the deliveries that were not done have the status 503: repeat
    the request. With the same `Idempotency-Key`, `forward` forwards no delivery twice; the key has no effect on the
    other acts, which end the same when they are repeated.
    """
    staff, request = parse_bulk_json(body)
    if key is not None:
        request = request.with_key(key_in_header(key))
    answers = flows.bulk.run(InboxRef(caller.practice, staff, caller.actor), request)
    taker = request.forward.to if request.forward is not None and request.act is BulkAct.FORWARD else None
    away = away_fields(taker, flows.reports.snapshot(caller.practice))
    return BulkView(items=[BulkAnswerView.of(answer) for answer in answers], **away)
