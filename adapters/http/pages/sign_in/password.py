"""Choosing a password by the link in an email."""

from functools import partial
from urllib.parse import urlencode

from anyio import to_thread
from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import FlowsOfApp
from adapters.http.pages.kit import cookies
from adapters.http.pages.kit.csrf import PostedForm, Visit
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.sign_in.sign_in import AT_ONCE
from adapters.http.problems import STATUSES
from router.access.sign_ins import PASSWORD_SHORTEST
from router.errors import Invalid
from router.flows.administrator.invitations import Invited

PAGE = "/password"
TOKEN_LIMIT = 200
# The address holds the secret link, so no more of it than the origin is ever sent as a referrer. With `no-referrer` the
# form would come with `Origin: null`, as forms of other sites may.
UNTOLD = {"Referrer-Policy": "strict-origin"}

routes = page_routes()


@routes.get(PAGE)
def ask(request: Request, visit: Visit, flows: FlowsOfApp, link: str = "") -> Response:
    """The form; opening it uses nothing up, since mail filters open links before people do."""
    page = _form(request, flows.invitations.whose(link[:TOKEN_LIMIT]), link, {})
    cookies.put(request, page, cookies.VISIT_COOKIE, visit)
    return page


@routes.post(PAGE)
async def choose(request: Request, visit: Visit, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Use the link up and keep the password."""
    link, password = form.get("link", "")[:TOKEN_LIMIT], form.get("password", "")
    invited = await to_thread.run_sync(flows.invitations.whose, link)
    errors = {} if form.get("again", "") == password else {"again": "is not the same as the one above"}
    if not errors:
        try:
            await to_thread.run_sync(partial(flows.invitations.choose, link, password), limiter=AT_ONCE)
        except Invalid as refused:
            errors = {error.field: error.message for error in refused.errors}
    if errors:
        page = _form(request, invited, link, errors)
        cookies.put(request, page, cookies.VISIT_COOKIE, visit)
        return page
    signs_in = {"practice": invited.practice.id, "person": invited.staff.id, "chosen": "1"}
    return RedirectResponse(f"/sign-in?{urlencode(signs_in)}", 303, HEADERS)


def _form(request: Request, invited: Invited, link: str, errors: dict[str, str]) -> Response:
    status = STATUSES["invalid"] if errors else 200
    page = render(
        request, "sign_in/password.html", status, invited=invited, link=link, errors=errors, shortest=PASSWORD_SHORTEST
    )
    page.headers.update(UNTOLD)
    return page
