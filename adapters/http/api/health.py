"""Whether the process lives, whether it can accept, and its metrics. No key is needed."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from typing_extensions import TypedDict

from adapters.http.api.metrics import MetricsOfApp
from adapters.http.description import problems
from adapters.http.flows import FlowsOfApp
from adapters.http.problems import Unavailable

routes = APIRouter(tags=["health"])


class HealthShape(TypedDict):
    """It is well."""

    status: str


@routes.get("/healthz", summary="Live", response_model=HealthShape)
async def healthz() -> JSONResponse:
    """The process answers. It depends on nothing else: restarting it would mend neither database nor broker."""
    return JSONResponse(HealthShape(status="ok"))


@routes.get("/readyz", summary="Able to accept", response_model=HealthShape, responses={503: problems()[503]})
def readyz(request: Request, flows: FlowsOfApp) -> JSONResponse:
    """The database answers and has the schema that this version needs, so that messages can be accepted.

    Otherwise the answer says what is missing. Broker and mail server are not asked: accepting needs neither.
    """
    flows.operations.ready()
    missing: str | None = request.app.state.missing()
    if missing is not None:
        raise Unavailable(f"Nothing can be accepted: {missing}.")
    return JSONResponse(HealthShape(status="ok"))


@routes.get("/metrics", summary="Metrics for Prometheus", response_class=PlainTextResponse)
async def metrics(request: Request, collected: MetricsOfApp) -> Response:
    """Counts and durations of this process; backlog and what is parked from the database.

    They are computed at most once a second. An installation may serve them on a port of their own, or only to holders
    of a token.
    """
    collected.access.check(request)
    return Response(await collected.text(), media_type=CONTENT_TYPE_LATEST)
