"""The versions of the settings: who changed what, and bringing one back."""

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.pages.admin.messaging_view import who
from adapters.http.pages.admin.saving import who_saved
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from router.access.sessions import StaffSession
from router.errors import Invalid, NotFound, Stale

HISTORY = "/admin/messaging/history"
RESTORE = HISTORY + "/restore"
A_PAGE = 20
# Versions are small numbers.
DIGITS = 9

routes = page_routes()


@routes.get(HISTORY)
def history(request: Request, person: Admin, flows: FlowsOfApp, before: str = "") -> Response:
    """A page of versions, newest first."""
    start = int(before) if before.isdecimal() and len(before) <= DIGITS else None
    return _render(request, person.practice.id, flows, start, {})


@routes.get(RESTORE)
def ask(request: Request, person: Admin, flows: FlowsOfApp, version: str = "") -> Response:
    """What restoring would change, and whether to do it."""
    return _ask(request, person, flows, _number(version))


@routes.post(HISTORY)
def bring_back(request: Request, person: Admin, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Save a version as a new one; the settings tell what that changed. Ask again if somebody saved in between."""
    number, current = _number(form.get("version", "")), form.get("current", "")
    if not current.isdecimal() or len(current) > DIGITS:
        # The form doesn't say what it was compared with: that is asked first.
        return _ask(request, person, flows, number)
    try:
        saved = flows.messaging.restore(person.practice.id, number, person.actor, int(current))
    except Stale:
        return _ask(request, person, flows, number, int(current))
    except Invalid as refused:
        errors = {str(number): "; ".join(f"{error.field} {error.message}" for error in refused.errors)}
        return _render(request, person.practice.id, flows, number + 1, errors)
    version = saved.messaging.version if saved.changes else 0
    return RedirectResponse(f"/admin/messaging?saved={version}", 303, HEADERS)


def _ask(request: Request, person: StaffSession, flows: Flows, number: int, seen: int | None = None) -> Response:
    """The question; `seen` is the version that it was asked about before: what was saved since is listed."""
    told = flows.messaging.would_restore(person.practice.id, number)
    since = flows.reports.saved_since(person.practice.id, seen)[1] if seen is not None else []
    snapshot = flows.reports.snapshot(person.practice.id)
    theirs = [(who_saved(one, person, snapshot), one) for one in since]
    return render(
        request, "admin/restore.html", 409 if since else 200,
        version=number, current=told.current, changes=told.changes, theirs=theirs,
    )  # fmt: skip


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > DIGITS:
        raise NotFound("There is no such version.")
    return int(text)


def _render(request: Request, practice: str, flows: FlowsOfApp, before: int | None, errors: dict[str, str]) -> Response:
    snapshot = flows.reports.snapshot(practice)
    found = flows.messaging.versions(practice, before, A_PAGE + 1)
    shown = [(one, who(one.actor, snapshot)) for one in found[:A_PAGE]]
    following = found[A_PAGE - 1].version if len(found) > A_PAGE else None
    status = 422 if errors else 200
    values = {"versions": shown, "following": following, "current": snapshot.messaging.version}
    return render(request, "admin/history.html", status, errors=errors, **values)
