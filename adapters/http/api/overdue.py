"""What is overdue, and handing it to somebody who may get it. No text of a message, no patient."""

from fastapi import APIRouter

from adapters.documents.staff import OverdueHandOverDocument, parse_overdue_hand_over_json
from adapters.http.api.examples import OVERDUE_HAND_OVER
from adapters.http.api.views.overdue import OverdueHandedOverView, OverduePageView
from adapters.http.auth import AdminCaller
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import MessageId
from adapters.http.limits import RequestBody

routes = APIRouter(tags=["overdue"])


@routes.get(
    "/v1/overdue",
    operation_id="listOverdueMessages",
    summary="List overdue messages",
    responses=problems(),
)
def list_overdue(caller: AdminCaller, flows: FlowsOfApp) -> OverduePageView:
    """Messages for which a ladder alerted the administrators, and messages whose expected answer time has passed."""
    return OverduePageView.of(flows.overdue.list(caller.practice, caller.actor))


@routes.post(
    "/v1/overdue/{message}/hand-over",
    operation_id="forwardOverdueMessage",
    summary="Hand over an overdue message",
    responses=problems(404, 409, 413),
    openapi_extra=takes(OverdueHandOverDocument, examples=OVERDUE_HAND_OVER),
)
def hand_over(caller: AdminCaller, message: MessageId, body: RequestBody, flows: FlowsOfApp) -> OverdueHandedOverView:
    """Give the message to somebody who is allowed to get it, or route it again. It leaves everybody else's inbox.

    While the practice is closed, an urgent message stays with whoever has it and is on call.
    """
    to = parse_overdue_hand_over_json(body)
    holders = flows.overdue.hand_over(caller.practice, message, to, caller.actor).holders
    return OverdueHandedOverView(message=message, holders=list(holders))
