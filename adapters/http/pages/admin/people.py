"""Who can sign in: inviting staff, and sending them a link to choose a new password."""

from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import practice_id
from adapters.http.pages.admin.people_view import person_of
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.problems import STATUSES
from router.access.sessions import StaffSession
from router.errors import Conflict, NotFound, Refusal

PAGE = "/admin/people"
A_PAGE = 50
# Longer ones are nobody's name.
LONGEST_SEARCH = 100
# Pages of staff are numbered, and few.
DIGITS = 4

routes = page_routes()


@routes.get(PAGE)
def show(request: Request, person: Admin, flows: FlowsOfApp) -> Response:
    """The staff, fifty at a time; `sent` names somebody who was just sent something, or says to how many."""
    return _render(request, person, flows)


@routes.post(PAGE)
def send(request: Request, person: Admin, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Send somebody a link, or everybody who waits for one."""
    practice = person.practice.id
    if "everybody" in form:
        count = flows.invitations.send_all(practice, person.actor)
        return _back(form.get("q", ""), invited=str(count))
    try:
        sent = flows.invitations.send(practice, practice_id(form.get("staff", "")), person.actor)
    except (NotFound, Conflict) as refused:
        return _render(request, person, flows, refused)
    return _back(form.get("q", ""), sent=sent.staff.id)


def _back(wanted: str, **told: str) -> Response:
    query = urlencode(({"q": wanted} if wanted else {}) | told)
    return RedirectResponse(f"{PAGE}?{query}", 303, HEADERS)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= DIGITS else 0


def _render(request: Request, person: StaffSession, flows: Flows, refused: Refusal | None = None) -> Response:
    asked, practice = request.query_params, person.practice
    wanted, page = asked.get("q", "").strip()[:LONGEST_SEARCH], _number(asked.get("page", ""))
    found = flows.invitations.accounts(practice.id, wanted, page * A_PAGE, A_PAGE)
    sent = flows.invitations.account(practice.id, practice_id(asked.get("sent", "")))
    return render(
        request,
        "admin/people.html",
        STATUSES[refused.slug] if refused else 200,
        people=[person_of(one, found.at, practice) for one in found.shown],
        found=found.found,
        waiting=found.waiting,
        wanted=wanted,
        page=page,
        more=found.found > (page + 1) * A_PAGE,
        sent=person_of(sent, found.at, practice) if sent and sent.link else None,
        invited=_number(asked.get("invited", "")),
        nobody_waits=asked.get("invited") == "0",
        refused=refused.errors[0].message if refused else "",
    )
