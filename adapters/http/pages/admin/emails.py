"""What emails to patients say: whom they are from, and where they lead. It works without scripts."""

from dataclasses import replace
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import FlowsOfApp
from adapters.http.pages.admin.saving import Overtaken, base_of, save_over
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.typed import typed_line
from router.errors import Invalid
from router.messaging.portal_address import problem_with_portal_url
from router.messaging.settings import MessagingSettings
from router.messaging.timing_rules import EMAIL_NAME_LIMIT

PAGE = "/admin/messaging/emails"
LABELS = {"email_name": "From", "portal_url": "Your patient portal"}

routes = page_routes()


@routes.get(PAGE)
def show(request: Request, person: Admin, flows: FlowsOfApp, saved: str = "") -> Response:
    """The two settings as they are saved."""
    messaging = flows.messaging.read(person.practice.id, person.actor).messaging
    return _render(request, messaging, saved=saved == "1", unused=problem_with_portal_url(messaging.portal_url))


@routes.post(PAGE)
def save(request: Request, person: Admin, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Save both, over whatever colleagues have changed elsewhere meanwhile."""
    base = base_of(form, flows, person)
    name, url = typed_line(form, "email_name").strip(), typed_line(form, "portal_url").strip()
    wanted = replace(base, email_name=name, portal_url=url)
    try:
        saved = save_over(flows, person, base, wanted)
    except Invalid as refused:
        errors = {error.field: error.message for error in refused.errors}
        return _render(request, wanted, 422, errors=errors)
    if isinstance(saved, Overtaken):
        return _render(request, saved.merged, 409, theirs=saved.theirs)
    return RedirectResponse(f"{PAGE}?saved=1", 303, HEADERS)


def _render(
    request: Request,
    messaging: MessagingSettings,
    status: int = 200,
    **values: Any,  # noqa: ANN401 - as render.
) -> Response:
    given: dict[str, Any] = {"errors": {}, "saved": False, "unused": None, "theirs": []}
    given |= {"labels": LABELS, "longest": EMAIL_NAME_LIMIT}
    return render(request, "admin/emails.html", status, messaging=messaging, **(given | values))
