"""The versions of the settings: who changed what, and bringing one back."""

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import FlowsOfApp
from adapters.http.pages.admin.messaging_view import who
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from router.errors import Invalid, NotFound

HISTORY = "/admin/messaging/history"
A_PAGE = 20
# Versions are small numbers.
DIGITS = 9

routes = page_routes()


@routes.get(HISTORY)
def history(request: Request, person: Admin, flows: FlowsOfApp, before: str = "") -> Response:
    """A page of versions, newest first."""
    start = int(before) if before.isdecimal() and len(before) <= DIGITS else None
    return _render(request, person.practice.id, flows, start, {})


@routes.post(HISTORY)
def bring_back(request: Request, person: Admin, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Save a version as a new one; the settings tell what that changed."""
    text = form.get("version", "")
    if not text.isdecimal() or len(text) > DIGITS:
        raise NotFound("There is no such version.")
    try:
        saved = flows.messaging.restore(person.practice.id, int(text), person.actor)
    except Invalid as refused:
        errors = {text: "; ".join(f"{error.field} {error.message}" for error in refused.errors)}
        return _render(request, person.practice.id, flows, int(text) + 1, errors)
    version = saved.messaging.version if saved.changes else 0
    return RedirectResponse(f"/admin/messaging?saved={version}", 303, HEADERS)


def _render(request: Request, practice: str, flows: FlowsOfApp, before: int | None, errors: dict[str, str]) -> Response:
    snapshot = flows.reports.snapshot(practice)
    found = flows.messaging.versions(practice, before, A_PAGE + 1)
    shown = [(one, who(one.actor, snapshot)) for one in found[:A_PAGE]]
    following = found[A_PAGE - 1].version if len(found) > A_PAGE else None
    status = 422 if errors else 200
    values = {"versions": shown, "following": following, "current": snapshot.messaging.version}
    return render(request, "admin/history.html", status, errors=errors, **values)
