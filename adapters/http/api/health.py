"""Whether the process lives, whether it can accept, and its metrics. No key is needed."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from adapters.http.api.metrics import MetricsOfApp
from adapters.http.api.views.operations import HealthView
from adapters.http.description import problems
from adapters.http.flows import FlowsOfApp
from adapters.http.problems import Unavailable

routes = APIRouter(tags=["health"])


@routes.get("/healthz", operation_id="checkHealth", summary="Check that the process is alive")
async def healthz() -> HealthView:
    """The process responds. This checks nothing else, since a restart would fix neither database nor broker."""
    return HealthView(status="ok")


@routes.get(
    "/readyz",
    operation_id="checkReadiness",
    summary="Check that messages can be accepted",
    responses={503: problems()[503]},
)
def readyz(request: Request, flows: FlowsOfApp) -> HealthView:
    """The database responds and has the schema that this version needs, so that messages can be accepted.

    Otherwise, the response says what is missing. Neither the broker nor the mail server is needed to accept messages.
    """
    flows.operations.ready()
    missing: str | None = request.app.state.missing()
    if missing is not None:
        raise Unavailable(f"Nothing can be accepted: {missing}.")
    return HealthView(status="ok")


@routes.get(
    "/metrics", operation_id="getMetrics", summary="Get metrics for Prometheus", response_class=PlainTextResponse
)
async def metrics(request: Request, collected: MetricsOfApp) -> Response:
    """Counters and durations of this process, and the backlog and parked items from the database.

    They are computed at most once a second. An installation may serve them on a separate port, or require a token.
    """
    collected.access.check(request)
    return Response(await collected.text(), media_type=CONTENT_TYPE_LATEST)
