"""Changing one's own password on the account's page."""

from functools import partial

from anyio import to_thread
from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import FlowsOfApp
from adapters.http.pages.kit import cookies
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.current import TOKEN_LIMIT, Anybody
from adapters.http.pages.kit.render import HEADERS
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.sign_in.account import PAGE, show_account
from adapters.http.pages.sign_in.sign_in import AT_ONCE
from router.access.sessions import PatientSession
from router.access.sign_ins import TooManyTries
from router.errors import Forbidden, Invalid

routes = page_routes()


@routes.post(f"{PAGE}/password")
async def change(request: Request, person: Anybody, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Replace it, and go on in a new session; all others end."""
    if isinstance(person, PatientSession):
        raise Forbidden("This page is for staff and operators.")
    session = cookies.read(request, cookies.STAFF_COOKIE)[:TOKEN_LIMIT]
    current, wanted = form.get("current", ""), form.get("password", "")
    errors = {} if form.get("again", "") == wanted else {"again": "is not the same as the one above"}
    if not errors:
        try:
            act = partial(flows.own_password.change, person, session, current, wanted)
            token = await to_thread.run_sync(act, limiter=AT_ONCE)
        except Invalid as refused:
            errors = {error.field: error.message for error in refused.errors}
        except TooManyTries as refused:
            errors = {"current": refused.detail}
        else:
            page = RedirectResponse(f"{PAGE}?changed=1", 303, HEADERS)
            cookies.put(request, page, cookies.STAFF_COOKIE, token)
            return page
    return await to_thread.run_sync(partial(show_account, request, flows, errors=errors))
