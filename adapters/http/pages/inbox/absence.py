"""My absence: from when, until when, and who covers."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.pages.kit.csrf import Posted, PostedForm
from adapters.http.pages.kit.current import Staff
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.staff_search import label_of, labels_of, search
from adapters.http.pages.kit.typed import typed_line
from adapters.http.problems import STATUSES
from router.access.sessions import StaffSession
from router.errors import FieldError, Invalid, NotFound
from router.messaging.snapshot import PracticeSnapshot
from router.practice.availability import Absence
from router.practice.people import Practice

PAGE = "/inbox/absence"
LONGEST_TEXT = 30
CONFIRMATIONS = {
    "saved": "Your absence is saved.",
    "ended": "You have no absence any more: messages come to you again.",
}

routes = page_routes()


@routes.get(PAGE)
def show(request: Request, person: Staff, flows: FlowsOfApp, told: str = "") -> Response:
    """What is set, and the form."""
    return _render(request, person, flows, said=CONFIRMATIONS.get(told))


@routes.post(PAGE)
def save(request: Request, person: Staff, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Set it, in place of the one that was, or with `do=end` take it away."""
    if form.get("do") == "end":
        return _end(person, flows)
    try:
        absence = _read(form, person, flows.reports.snapshot(person.practice.id))
        flows.roster.set_absence(person.practice.id, absence, person.actor)
    except Invalid as wrong:
        errors = {error.field: error.message for error in wrong.errors}
        return _render(request, person, flows, STATUSES[wrong.slug], typed=form, errors=errors)
    return RedirectResponse(f"{PAGE}?told=saved", 303, HEADERS)


def _end(person: StaffSession, flows: Flows) -> Response:
    # Where somebody else ended it, or the button was pressed twice, what was wanted is so.
    with suppress(NotFound):
        flows.roster.end_absence(person.practice.id, person.staff.id, person.actor)
    return RedirectResponse(f"{PAGE}?told=ended", 303, HEADERS)


def _render(
    request: Request,
    person: StaffSession,
    flows: Flows,
    status: int = 200,
    **values: Any,  # noqa: ANN401 - as render.
) -> Response:
    practice, staff = person.practice, person.staff.id
    snapshot = flows.reports.snapshot(practice.id)
    members = snapshot.staffing.members
    labels = labels_of(members)
    absence = snapshot.staffing.absences.get(staff)
    if absence is not None and absence.ends <= snapshot.at:
        absence = None
    given: dict[str, Any] = {
        "absence": absence,
        "now": absence is not None and absence.begins <= snapshot.at,
        "cover": snapshot.name_of(absence.cover) if absence and absence.cover else None,
        "typed": _typed(absence, snapshot),
        "colleagues": sorted(labels[member.id] for member in members.values() if member.active and member.id != staff),
        "unread": flows.watch_inboxes.unread(practice.id, staff),
        "zone": practice.time_zone.replace("_", " "),
        "said": None,
        "errors": {},
    }
    return render(request, "inbox/absence.html", status, **(given | values))


def _typed(absence: Absence | None, snapshot: PracticeSnapshot) -> Posted:
    """The fields as they stand before anybody types."""
    if absence is None:
        return Posted([])
    zone = ZoneInfo(snapshot.practice.time_zone)
    members = snapshot.staffing.members
    cover = members.get(absence.cover or "")
    return Posted(
        [
            ("from", f"{absence.begins.astimezone(zone):%Y-%m-%dT%H:%M}"),
            ("until", f"{absence.ends.astimezone(zone):%Y-%m-%dT%H:%M}"),
            ("cover", label_of(cover, members) if cover else ""),
        ]
    )


def _read(form: Posted, person: StaffSession, snapshot: PracticeSnapshot) -> Absence:
    """The absence that the form describes. Raises Invalid with the fields."""
    errors: list[FieldError] = []
    times: dict[str, datetime] = {}
    for name in ("from", "until"):
        try:
            times[name] = _moment(form.get(name, ""), snapshot.practice)
        except ValueError as wrong:
            errors.append(FieldError(name, str(wrong)))
    if "until" in times and times["until"] <= snapshot.at:
        errors.append(FieldError("until", "has passed already"))
    cover, wrong_cover = _cover(typed_line(form, "cover").strip(), person.staff.id, snapshot)
    if wrong_cover:
        errors.append(FieldError("cover", wrong_cover))
    if errors:
        raise Invalid("The absence can't be stored.", errors)
    return Absence(person.staff.id, times["from"], times["until"], cover)


def _moment(text: str, practice: Practice) -> datetime:
    """A local time of the practice, as browsers send it. Raises ValueError with what is wrong, in words."""
    try:
        local = datetime.fromisoformat(text.strip()) if len(text) <= LONGEST_TEXT else None
    except ValueError:
        local = None
    # Years in which people are away; zones can't push such a moment out of the calendar.
    if local is None or local.tzinfo is not None or not 1900 <= local.year < 2200:  # noqa: PLR2004
        raise ValueError("must be a date and a time such as 2026-03-02 08:00")
    zone = ZoneInfo(practice.time_zone)
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local:
        raise ValueError("does not exist: the clocks are put forward then")
    return moment


def _cover(wanted: str, me: str, snapshot: PracticeSnapshot) -> tuple[str | None, str | None]:
    """Who covers, and what is wrong with what was typed; nobody where nothing was."""
    if not wanted:
        return None, None
    members = snapshot.staffing.members
    found = search(wanted, members)
    if len(found) == 1:
        return found[0].id, "must be somebody else" if found[0].id == me else None
    if found:
        return None, f"{len(found)} people match: {'; '.join(label_of(one, members) for one in found[:8])}."
    return None, "Nobody active has this name or title."
