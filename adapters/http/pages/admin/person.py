"""One member of staff: adding and changing them, their absence, their sessions, and leaving and coming back."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import practice_id
from adapters.http.pages.admin.people_view import person_of
from adapters.http.pages.admin.person_form import (
    LABELS,
    NAMES,
    edited,
    errors_of,
    read_changes,
    read_record,
    typed_of,
)
from adapters.http.pages.kit.absence_form import ABSENCE_FIELDS, coming_absence, read_absence, typed_absence
from adapters.http.pages.kit.colleagues import colleagues_of
from adapters.http.pages.kit.cover import CoverView, cover_of
from adapters.http.pages.kit.csrf import Posted, PostedForm
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.problems import STATUSES
from router.access.sessions import StaffSession
from router.coverage.departures import Impact, hanging_in_words
from router.errors import Conflict, Invalid, NotFound, Refusal
from router.practice.people import Role

NEW_PAGE, PAGE = "/admin/people/new", "/admin/people/person"
CONFIRMATIONS = {
    "added": "Added. Send them an invitation so that they can sign in.",
    "changed": "Saved.",
    "left": "They are deactivated. They can't sign in and get no more messages.",
    "back": "They are back. They get messages for the topics they were a recipient of.",
    "sessions": "They are signed out everywhere.",
    "absence": "The absence is saved.",
    "present": "The absence is deleted. New messages come to them again; those that went to others stay there.",
    "never-away": "The absence is deleted.",
}

routes = page_routes()


@routes.get(NEW_PAGE)
def ask(request: Request, person: Admin) -> Response:
    """The form for somebody new."""
    del person
    return _new(request, Posted([]))


@routes.post(NEW_PAGE)
def add(request: Request, person: Admin, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Add somebody, and go on to their page."""
    try:
        added = flows.staff.add(person.practice.id, read_record(form), person.actor)
    except (Invalid, Conflict) as refused:
        return _new(request, form, refused)
    return _to(added.id, "added")


def _new(request: Request, typed: Posted, refused: Refusal | None = None) -> Response:
    status = STATUSES[refused.slug] if refused else 200
    errors = errors_of(refused) if refused else {}
    return render(request, "admin/new_person.html", status, typed=typed, errors=errors, labels=LABELS)


@routes.get(PAGE)
def show(  # noqa: PLR0913, PLR0917 - these are the parameters of the page.
    request: Request, person: Admin, flows: FlowsOfApp, staff: str = "", told: str = "", leaving: str = ""
) -> Response:
    """Somebody's page; with `leaving` what hangs on them, before they are deactivated."""
    known = practice_id(staff)
    hanging = None
    if leaving:
        departure = flows.staff.hanging_on(person.practice.id, known)
        hanging = hanging_in_words(departure) if departure else None
    opened = flows.roster.impact_of_absence(person.practice.id, known) if told == "absence" else Impact()
    return _render(request, person, flows, known, said=CONFIRMATIONS.get(told), hanging=hanging, opened=opened)


@routes.post(PAGE)
def act(request: Request, person: Admin, form: PostedForm, flows: FlowsOfApp) -> Response:
    """What a button of the page does."""
    staff = practice_id(form.get("staff", ""))
    try:
        return _to(staff, _do(person, form, flows, staff))
    except Invalid as wrong:
        values: dict[str, Any] = {"errors": errors_of(wrong)}
        values["typed_absence" if form.get("do") == "absence" else "edit"] = form
        return _render(request, person, flows, staff, STATUSES[wrong.slug], **values)


def _do(person: StaffSession, form: Posted, flows: Flows, staff: str) -> str:
    """Do it; returns what is said of it afterwards. Raises NotFound and Invalid."""
    practice, by = person.practice.id, person.actor
    match form.get("do"):
        case "leave":
            flows.roster.change_staff(practice, staff, {"active": False}, by)
            return "left"
        case "return":
            flows.roster.change_staff(practice, staff, {"active": True}, by)
            return "back"
        case "sessions":
            flows.staff.end_sessions(practice, staff, by)
            return "sessions"
        case "absence":
            absence = read_absence(form, staff, flows.reports.snapshot(practice))
            flows.roster.set_absence(practice, absence, by)
            return "absence"
        case "present":
            return _end_absence(person, flows, staff)
    return _change(person, form, flows, staff)


def _end_absence(person: StaffSession, flows: Flows, staff: str) -> str:
    practice = person.practice.id
    snapshot = flows.reports.snapshot(practice)
    is_away = snapshot.staffing.absence_of(staff, snapshot.at) is not None
    # Where somebody else ended it, what was wanted is so.
    with suppress(NotFound):
        flows.roster.end_absence(practice, staff, person.actor)
    return "present" if is_away else "never-away"


def _change(person: StaffSession, form: Posted, flows: Flows, staff: str) -> str:
    known, _ = flows.staff.find(person.practice.id, staff)
    changes = read_changes(form, known)
    if changes:
        flows.roster.change_staff(person.practice.id, staff, changes, person.actor)
    return "changed"


def _to(staff: str, told: str) -> Response:
    return RedirectResponse(f"{PAGE}?{urlencode({'staff': staff, 'told': told})}", 303, HEADERS)


def _render(
    request: Request,
    person: StaffSession,
    flows: Flows,
    staff: str,
    status: int = 200,
    **values: Any,  # noqa: ANN401 - as render.
) -> Response:
    practice = person.practice
    snapshot = flows.reports.snapshot(practice.id)
    account = flows.invitations.account(practice.id, staff)
    if account is None:
        raise NotFound("There is no such member of staff.")
    absence = coming_absence(staff, snapshot)
    given: dict[str, Any] = {
        "member": account.staff,
        "is_administrator": Role.PORTAL_ADMIN in account.staff.roles,
        "account": person_of(account, snapshot.at, practice),
        "absence": absence,
        "cover": cover_of(absence, snapshot) if absence else CoverView(),
        "typed": typed_of(account.staff),
        "stored": typed_of(account.staff),
        "names": NAMES,
        "typed_absence": typed_absence(absence, snapshot),
        "stored_absence": typed_absence(absence, snapshot),
        "absence_names": ABSENCE_FIELDS,
        "colleagues": colleagues_of(snapshot, staff),
        "zone": practice.time_zone.replace("_", " "),
        "is_self": staff == person.staff.id,
        "labels": {**LABELS, "from": "From", "until": "Until", "cover": "Who covers"},
        "hanging": None,
        "said": None,
        "opened": Impact(),
        "errors": {},
    }
    if "edit" in values:
        given["typed"] = edited(values["edit"], account.staff).merged()
    return render(request, "admin/person.html", status, **(given | values))
