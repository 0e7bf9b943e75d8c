"""Coming into the portal by a one-time link, staying, and leaving it."""

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.page_settings import PORTAL_ENTRY
from adapters.http.pages.kit import cookies
from adapters.http.pages.kit.csrf import CheckedHeader, PostedForm, Visit
from adapters.http.pages.kit.current import TOKEN_LIMIT, PatientSide
from adapters.http.pages.kit.render import HEADERS, render, whose
from adapters.http.pages.kit.route import page_routes
from adapters.http.problems import STATUSES
from router.access.portal_links import LinkSpent, session_token
from router.access.sessions import PatientSession, SessionEnded

routes = page_routes()


@routes.get(PORTAL_ENTRY)
def arrive(request: Request, visit: Visit, flows: FlowsOfApp, link: str = "") -> Response:
    """A page with a button, so that whatever looks at links before people do doesn't use them up."""
    return _ask(request, visit, flows, link[:TOKEN_LIMIT])


@routes.post(PORTAL_ENTRY)
def enter(request: Request, visit: Visit, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Use the link up and begin a session; first asks somebody whom it would put into another chart.

    A button that was pressed twice, or whose answer was lost, leads to the session that it opened the first time.
    """
    link, current = form.get("link", "")[:TOKEN_LIMIT], cookies.read(request, cookies.PATIENT_COOKIE)[:TOKEN_LIMIT]
    if "change" not in form and flows.portal_links.changes_chart(link, current):
        return _ask(request, visit, flows, link)
    try:
        token = flows.portal_links.enter(link, current, visit)
    except LinkSpent as refusal:
        token = session_token(link, visit)
        opened, inside = _person_of(flows, token), _person_of(flows, current)
        if opened is None or whose(inside or opened) != whose(opened):
            return _show_spent(request, refusal, inside)
    page = RedirectResponse(cookies.PORTAL, 303, HEADERS)
    cookies.put(request, page, cookies.PATIENT_COOKIE, token)
    return page


def _show_spent(request: Request, refusal: LinkSpent, inside: PatientSession | None) -> Response:
    """That the link opens nothing any more, and whose messages are open, which needn't be those of the link."""
    return render(request, "portal/spent.html", STATUSES[refusal.slug], refusal=refusal, current=inside)


def _ask(request: Request, visit: str, flows: Flows, link: str) -> Response:
    """The form; where somebody is in a chart already, it names that one and is sent by nobody but them."""
    current = _person_inside(request, flows, link)
    page = render(request, "portal/enter.html", link=link, current=current)
    cookies.put(request, page, cookies.VISIT_COOKIE, visit)
    return page


def _person_inside(request: Request, flows: Flows, link: str) -> PatientSession | None:
    """Who would leave their chart for another one by this link."""
    token = cookies.read(request, cookies.PATIENT_COOKIE)[:TOKEN_LIMIT]
    return _person_of(flows, token) if flows.portal_links.changes_chart(link, token) else None


def _person_of(flows: Flows, token: str) -> PatientSession | None:
    """Whose session has this token; None where it has ended."""
    try:
        signed_in = flows.sessions.check(token, used=False)
    except SessionEnded:
        return None
    return signed_in if isinstance(signed_in, PatientSession) else None


@routes.get("/portal/ended")
async def ended(request: Request) -> Response:
    """The session is over, by itself or because the person left."""
    return render(request, "portal/ended.html")


@routes.post("/portal/sign-out")
def leave(request: Request, person: PatientSide, form: PostedForm, flows: FlowsOfApp) -> Response:
    """End the session."""
    del person, form
    flows.sessions.sign_out(cookies.read(request, cookies.PATIENT_COOKIE))
    page = RedirectResponse("/portal/ended", 303, HEADERS)
    cookies.drop(request, page, cookies.PATIENT_COOKIE)
    return page


@routes.post("/portal/stay")
def stay(person: PatientSide, _checked: None = CheckedHeader) -> Response:
    """The person is still there: the session counts as used."""
    del person
    return Response(status_code=204)


@routes.get("/portal/token")
def token(request: Request, person: PatientSide) -> Response:
    """What a page that was opened in an earlier session needs to send its form in this one."""
    return JSONResponse({"csrf": request.state.csrf, "whose": whose(person)}, headers=HEADERS)
