"""Coming into the portal by a one-time link, staying, and leaving it."""

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import FlowsOfApp
from adapters.http.page_settings import PORTAL_ENTRY, SettingsOfApp
from adapters.http.pages.kit import cookies
from adapters.http.pages.kit.csrf import CheckedHeader, PostedForm, Visit
from adapters.http.pages.kit.current import PatientSide
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes

TOKEN_LIMIT = 200

routes = page_routes()


@routes.get(PORTAL_ENTRY)
async def arrive(request: Request, visit: Visit, settings: SettingsOfApp, link: str = "") -> Response:
    """A page with a button, so that whatever looks at links before people do doesn't use them up."""
    page = render(request, "portal/enter.html", link=link[:TOKEN_LIMIT])
    cookies.set_visit(page, visit, settings)
    return page


@routes.post(PORTAL_ENTRY)
def enter(visit: Visit, form: PostedForm, flows: FlowsOfApp, settings: SettingsOfApp) -> Response:
    """Use the link up and begin a session."""
    del visit
    token = flows.portal_links.enter(form.get("link", "")[:TOKEN_LIMIT])
    page = RedirectResponse(cookies.PORTAL, 303, HEADERS)
    cookies.set_patient(page, token, settings)
    return page


@routes.get("/portal/ended")
async def ended(request: Request) -> Response:
    """The session is over, by itself or because the person left."""
    return render(request, "portal/ended.html")


@routes.post("/portal/sign-out")
def leave(request: Request, person: PatientSide, form: PostedForm, flows: FlowsOfApp) -> Response:
    """End the session."""
    del person, form
    flows.sessions.sign_out(request.cookies[cookies.PATIENT_COOKIE])
    page = RedirectResponse("/portal/ended", 303, HEADERS)
    cookies.drop_patient(page)
    return page


@routes.post("/portal/stay")
def stay(person: PatientSide, _checked: None = CheckedHeader) -> Response:
    """The person is still there: the session counts as used."""
    del person
    return Response(status_code=204)
