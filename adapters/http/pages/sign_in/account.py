"""One's own account: where one is signed in, and ending any of those sessions; see own_password for the password."""

from collections.abc import Mapping

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.pages.kit import cookies
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.current import TOKEN_LIMIT, Anybody
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.problems import STATUSES
from router.access.sign_ins import PASSWORD_SHORTEST
from router.errors import Invalid

PAGE = "/account"

routes = page_routes()


@routes.get(PAGE)
def show(request: Request, person: Anybody, flows: FlowsOfApp) -> Response:
    """The sessions, newest first, and the form for another password."""
    del person
    return show_account(request, flows, errors={}, changed="changed" in request.query_params)


def show_account(request: Request, flows: Flows, *, errors: Mapping[str, str], changed: bool = False) -> Response:
    """The page, with what is wrong by field, or that the password was changed."""
    sessions = flows.sessions.own(cookies.read(request, cookies.STAFF_COOKIE))
    status = STATUSES[Invalid.slug] if errors else 200
    values = {"sessions": sessions, "errors": errors, "changed": changed, "shortest": PASSWORD_SHORTEST}
    return render(request, "sign_in/account.html", status, **values)


@routes.post(f"{PAGE}/end")
def end(request: Request, person: Anybody, form: PostedForm, flows: FlowsOfApp) -> Response:
    """End one of them; ending this one is signing out."""
    del person
    flows.sessions.end_own(cookies.read(request, cookies.STAFF_COOKIE), form.get("session", "")[:TOKEN_LIMIT])
    return RedirectResponse(PAGE, 303, HEADERS)
