"""My absence: from when, until when, and who covers."""

from contextlib import suppress
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.pages.kit.absence_form import ABSENCE_FIELDS, coming_absence, read_absence, typed_absence
from adapters.http.pages.kit.colleagues import colleagues_of
from adapters.http.pages.kit.cover import CoverView, cover_of
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.current import Staff
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.problems import STATUSES
from router.access.sessions import StaffSession
from router.coverage.departures import Impact
from router.errors import Invalid, NotFound

PAGE = "/inbox/absence"
CONFIRMATIONS = {
    "saved": "Your absence is saved.",
    "ended": "Your absence is deleted. New messages come to you again; those that went to others stay there.",
    "deleted": "Your absence is deleted.",
}

routes = page_routes()


@routes.get(PAGE)
def show(request: Request, person: Staff, flows: FlowsOfApp, told: str = "") -> Response:
    """What is set, and the form."""
    opened = flows.roster.impact_of_absence(person.practice.id, person.staff.id) if told == "saved" else Impact()
    return _render(request, person, flows, said=CONFIRMATIONS.get(told), opened=opened)


@routes.post(PAGE)
def save(request: Request, person: Staff, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Set it, in place of the one that was, or with `do=end` take it away."""
    if form.get("do") == "end":
        return _end(person, flows)
    try:
        absence = read_absence(form, person.staff.id, flows.reports.snapshot(person.practice.id))
        flows.roster.set_absence(person.practice.id, absence, person.actor)
    except Invalid as wrong:
        errors = {error.field: error.message for error in wrong.errors}
        return _render(request, person, flows, STATUSES[wrong.slug], typed=form, errors=errors)
    return RedirectResponse(f"{PAGE}?told=saved", 303, HEADERS)


def _end(person: StaffSession, flows: Flows) -> Response:
    snapshot = flows.reports.snapshot(person.practice.id)
    told = "deleted" if snapshot.staffing.absence_of(person.staff.id, snapshot.at) is None else "ended"
    # Where somebody else ended it, or the button was pressed twice, what was wanted is so.
    with suppress(NotFound):
        flows.roster.end_absence(person.practice.id, person.staff.id, person.actor)
    return RedirectResponse(f"{PAGE}?told={told}", 303, HEADERS)


def _render(
    request: Request,
    person: StaffSession,
    flows: Flows,
    status: int = 200,
    **values: Any,  # noqa: ANN401 - as render.
) -> Response:
    practice, staff = person.practice, person.staff.id
    snapshot = flows.reports.snapshot(practice.id)
    absence = coming_absence(staff, snapshot)
    given: dict[str, Any] = {
        "absence": absence,
        "now": absence is not None and absence.begins <= snapshot.at,
        "cover": cover_of(absence, snapshot) if absence else CoverView(),
        "typed": typed_absence(absence, snapshot),
        "stored": typed_absence(absence, snapshot),
        "names": ABSENCE_FIELDS,
        "colleagues": colleagues_of(snapshot, staff),
        "unread": flows.watch_inboxes.unread(practice.id, staff),
        "zone": practice.time_zone.replace("_", " "),
        "said": None,
        "opened": Impact(),
        "errors": {},
    }
    return render(request, "inbox/absence.html", status, **(given | values))
