"""One-time links with which a patient comes from another system into the portal."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from typing_extensions import TypedDict

from adapters.documents.fields import moment_text
from adapters.documents.replies import ActorDocument, parse_actor_json
from adapters.http.auth import PortalCaller
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import PatientId
from adapters.http.limits import RequestBody
from adapters.http.page_settings import SettingsOfApp

routes = APIRouter(tags=["conversations"])


class LinkShape(TypedDict):
    """An address that works once, and until when."""

    url: str
    expires_at: str


@routes.post(
    "/v1/patients/{patient:path}/portal-link",
    summary="Make a link into the portal",
    response_model=LinkShape,
    responses=problems(404, 413),
    openapi_extra=takes(ActorDocument),
)
def make_link(
    caller: PortalCaller, patient: PatientId, body: RequestBody, flows: FlowsOfApp, settings: SettingsOfApp
) -> JSONResponse:
    """Make an address that opens the portal for this patient or an authorized user of theirs: once, in five minutes."""
    token, expires = flows.portal_links.make(caller.practice, patient, parse_actor_json(body), caller.actor)
    return JSONResponse(LinkShape(url=settings.portal_link(token), expires_at=moment_text(expires)))
