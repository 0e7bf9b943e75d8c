"""What is overdue: who has it, and handing it to somebody else. No text, no patient."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import practice_id
from adapters.http.pages.kit.csrf import Posted, PostedForm
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.staff_search import find_colleague, labels_of
from adapters.http.pages.kit.typed import typed_line
from adapters.http.problems import STATUSES
from router.access.sessions import StaffSession
from router.errors import Invalid, NotFound, Refusal

PAGE = "/admin/overdue"
MAY_NOT_GET_IT = (
    "Only a recipient of the topic, or somebody on the patient's care team or the catch-all, may get this message."
)

routes = page_routes()


@routes.get(PAGE)
def show(request: Request, person: Admin, flows: FlowsOfApp) -> Response:
    """The list, those messages first of which a ladder alerted the administrators."""
    return _render(request, person, flows)


@routes.post(PAGE)
def hand_over(request: Request, person: Admin, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Hand one of them over: to somebody by name, or to whom a button says."""
    try:
        message = UUID(form.get("message", ""))
    except ValueError:
        raise NotFound("There is no such message.") from None
    try:
        to = practice_id(form.get("to", "")) or _named(form, flows, person)
        flows.overdue.hand_over(person.practice.id, message, to, person.actor)
    except Refusal as refused:
        typed = {message: typed_line(form, "staff")}
        return _render(request, person, flows, STATUSES[refused.slug], refused=_in_words(refused), typed=typed)
    return RedirectResponse(f"{PAGE}?handed=1", 303, HEADERS)


def _named(form: Posted, flows: Flows, person: StaffSession) -> str:
    """The id of the one whom the words mean. Raises Invalid where that is nobody, or several."""
    members = flows.reports.snapshot(person.practice.id).staffing.members
    found = find_colleague(typed_line(form, "staff").strip(), members, "")
    if isinstance(found, str):
        raise Invalid(found)
    return found.id


def _in_words(refused: Refusal) -> str:
    """What the flow says of its field names ids; here people were named."""
    return MAY_NOT_GET_IT if refused.errors else refused.detail


def _render(
    request: Request,
    person: StaffSession,
    flows: Flows,
    status: int = 200,
    **values: Any,  # noqa: ANN401 - as render.
) -> Response:
    members = flows.reports.snapshot(person.practice.id).staffing.members
    labels = labels_of(members)
    given: dict[str, Any] = {
        "overdue": flows.overdue.list(person.practice.id, person.actor),
        "colleagues": sorted(labels[member.id] for member in members.values() if member.active),
        "refused": "",
        "typed": {},
        "handed": "handed" in request.query_params,
    }
    return render(request, "admin/overdue.html", status, **(given | values))
