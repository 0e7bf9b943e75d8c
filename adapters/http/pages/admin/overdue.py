"""What is overdue: who has it, and handing it to somebody else. No text, no patient."""

from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import practice_id
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.problems import STATUSES
from router.access.sessions import StaffSession
from router.errors import NotFound, Refusal

PAGE = "/admin/overdue"

routes = page_routes()


@routes.get(PAGE)
def show(request: Request, person: Admin, flows: FlowsOfApp) -> Response:
    """The list, those messages first of which a ladder alerted the administrators."""
    return _render(request, person, flows)


@routes.post(PAGE)
def hand_over(request: Request, person: Admin, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Hand one of them over."""
    to = form.get("to", "")
    try:
        message = UUID(form.get("message", ""))
    except ValueError:
        raise NotFound("There is no such message.") from None
    try:
        flows.overdue.hand_over(person.practice.id, message, practice_id(to or form.get("staff", "")), person.actor)
    except Refusal as refused:
        return _render(request, person, flows, refused)
    return RedirectResponse(f"{PAGE}?handed=1", 303, HEADERS)


def _render(request: Request, person: StaffSession, flows: Flows, refused: Refusal | None = None) -> Response:
    found = flows.overdue.list(person.practice.id, person.actor)
    said = ""
    if refused is not None:
        said = refused.errors[0].message if refused.errors else refused.detail
    return render(
        request,
        "admin/overdue.html",
        STATUSES[refused.slug] if refused else 200,
        overdue=found,
        refused=said,
        handed="handed" in request.query_params,
    )
