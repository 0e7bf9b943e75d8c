"""One-time links with which a patient comes from another system into the portal."""

from fastapi import APIRouter

from adapters.documents.replies import ActorDocument, parse_actor_json
from adapters.http.api.examples import ACTORS
from adapters.http.api.views.conversations import PortalLinkView
from adapters.http.auth import PortalCaller
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import PatientId
from adapters.http.limits import RequestBody
from adapters.http.page_settings import SettingsOfApp

routes = APIRouter(tags=["conversations"])


@routes.post(
    "/v1/patients/{patient:path}/portal-link",
    operation_id="createPortalLink",
    summary="Create a link into the portal",
    responses=problems(404, 413),
    openapi_extra=takes(ActorDocument, examples=ACTORS, required=False),
)
def make_link(
    caller: PortalCaller, patient: PatientId, body: RequestBody, flows: FlowsOfApp, settings: SettingsOfApp
) -> PortalLinkView:
    """Create a link that opens the portal for a patient or an authorized user.

    It works once and expires after five minutes.
    """
    token, expires = flows.portal_links.make(caller.practice, patient, parse_actor_json(body), caller.actor)
    return PortalLinkView(url=settings.portal_link(token), expires_at=expires)
