"""One's own account: where one is signed in, and ending any of those sessions."""

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import FlowsOfApp
from adapters.http.pages.kit import cookies
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.current import TOKEN_LIMIT, Anybody
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes

PAGE = "/account"

routes = page_routes()


@routes.get(PAGE)
def show(request: Request, person: Anybody, flows: FlowsOfApp) -> Response:
    """The sessions, newest first."""
    del person
    sessions = flows.sessions.own(cookies.read(request, cookies.STAFF_COOKIE))
    return render(request, "sign_in/account.html", sessions=sessions)


@routes.post(f"{PAGE}/end")
def end(request: Request, person: Anybody, form: PostedForm, flows: FlowsOfApp) -> Response:
    """End one of them; ending this one is signing out."""
    del person
    flows.sessions.end_own(cookies.read(request, cookies.STAFF_COOKIE), form.get("session", "")[:TOKEN_LIMIT])
    return RedirectResponse(PAGE, 303, HEADERS)
