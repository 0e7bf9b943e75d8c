"""Why a message went where it went. No text of the message."""

from fastapi import APIRouter

from adapters.http.api.views.trace import TraceView
from adapters.http.auth import AdminCaller
from adapters.http.description import problems
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import MessageId

routes = APIRouter(tags=["trace"])


@routes.get(
    "/v1/messages/{message}/trace",
    operation_id="getMessageTrace",
    summary="Get the trace of a message",
    responses=problems(404),
)
def read_trace(caller: AdminCaller, message: MessageId, flows: FlowsOfApp) -> TraceView:
    """What was tried, who was skipped and why, who got it, and every email with the mail server's replies."""
    trace, names = flows.traces.trace(caller.practice, message, caller.actor)
    return TraceView.of(trace, names)
