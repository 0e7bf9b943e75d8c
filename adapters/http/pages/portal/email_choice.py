"""Emails about answers: the switch in the portal, and unsubscribing by the link in an email (RFC 8058)."""

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import FlowsOfApp
from adapters.http.limits import read_body
from adapters.http.pages.kit.cookies import PORTAL
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.current import TOKEN_LIMIT, PatientSide
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from router.messages.conversation import PatientRef

UNSUBSCRIBE = "/unsubscribe"
# Mail providers post one short field, in either of two encodings.
ONE_CLICK_BYTES = 4096
# The address holds a token, so it is never sent as a referrer.
UNTOLD = {"Referrer-Policy": "no-referrer"}

routes = page_routes()


@routes.post("/portal/emails")
def choose(person: PatientSide, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Turn one's own emails on or off."""
    ref = PatientRef(person.practice.id, person.patient.id, person.acting, person.actor)
    flows.email_choice.choose(ref, wanted=form.get("do") == "on")
    return RedirectResponse(f"{PORTAL}#emails", 303, HEADERS)


async def _one_click(request: Request) -> None:
    """Read the body, which says nothing that the request doesn't: the token in the address is what counts."""
    request.state.caller = None
    await read_body(request, ONE_CLICK_BYTES)


@routes.get(UNSUBSCRIBE)
def ask(request: Request, flows: FlowsOfApp, token: str = "") -> Response:
    """A page with a button: mail filters open links before people do."""
    flows.email_choice.check(token[:TOKEN_LIMIT])
    return _page(request, token, done=False)


@routes.post(UNSUBSCRIBE, dependencies=[Depends(_one_click)])
def unsubscribe(request: Request, flows: FlowsOfApp, token: str = "") -> Response:
    """Turn the emails off, for the button of the page and for mail programs, which send no cookies."""
    flows.email_choice.unsubscribe(token[:TOKEN_LIMIT])
    return _page(request, token, done=True)


def _page(request: Request, token: str, *, done: bool) -> Response:
    page = render(request, "portal/unsubscribe.html", token=token, done=done)
    page.headers.update(UNTOLD)
    return page
