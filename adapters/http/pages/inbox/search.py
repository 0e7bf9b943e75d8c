"""Searching one's own inbox. What is sought is posted, so that no patient stands in an address."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from adapters.http.cursors import after_position, position_in
from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import practice_id
from adapters.http.pages.inbox.listing import SEARCH, ListPlace
from adapters.http.pages.inbox.view import found_line
from adapters.http.pages.kit.csrf import Posted, PostedForm
from adapters.http.pages.kit.current import Staff
from adapters.http.pages.kit.render import render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.typed import typed_line
from adapters.http.problems import STATUSES
from router.access.sessions import StaffSession
from router.errors import FieldError, Invalid
from router.messages.inbox import InboxPatient, InboxRef
from router.messages.inbox_search import InboxSearch
from router.practice.people import Practice
from router.practice.topics import Topic
from router.text.dates import date_in_words

PAGE = "/inbox/search"
LISTING = "search"
A_PAGE = 25
# What is folded unless one of them is asked for, or wrong.
CRITERIA = ("patient", "born", "topic", "site", "since", "until")
# More of them, to choose one from, would push what was found off the screen.
MOST_PATIENTS = 6
NOTHING_ASKED = "Type words, or choose something under More."

routes = page_routes()


@routes.get(PAGE)
def ask(request: Request, person: Staff, flows: FlowsOfApp) -> Response:
    """The form alone."""
    return _render(request, person, flows, Posted([]))


@routes.post(PAGE)
def find(request: Request, person: Staff, form: PostedForm, flows: FlowsOfApp) -> Response:
    """The form with what was found; it changes nothing."""
    if not any(form.get(name, "").strip() for name in ("text", *CRITERIA)):
        return _render(request, person, flows, form, STATUSES[Invalid.slug], errors={"text": NOTHING_ASKED})
    try:
        wanted = _read(form, person.practice)
        before = position_in(LISTING, form.get("before") or None)
        found = flows.search_inbox.search(
            InboxRef(person.practice.id, person.staff.id, person.actor), wanted, before, A_PAGE
        )
    except Invalid as wrong:
        errors = {error.field: error.message for error in wrong.errors}
        return _render(request, person, flows, form, STATUSES[wrong.slug], errors=errors)
    snapshot = flows.reports.snapshot(person.practice.id)
    lines = [found_line(item, found, snapshot) for item in found.items]
    values: dict[str, Any] = {
        "lines": lines,
        "following": after_position(LISTING, found.next) if found.next else None,
        "first": before is None,
        "looked_until": found.looked_until[0] if found.looked_until else None,
        # With one of them there is nothing to choose.
        "patients": [_choice(one) for one in found.patients] if len(found.patients) > 1 else [],
        "is_indexing": found.is_indexing,
    }
    return _render(request, person, flows, form, **values)


def _choice(patient: InboxPatient) -> tuple[str, str, str, str]:
    """A patient to search for alone: name, birth date in words and as the field has it, record number."""
    born = patient.birth_date
    dates = (date_in_words(born), born.isoformat()) if born else ("not known", "")
    return patient.name, *dates, patient.record_number or ""


def _render(
    request: Request,
    person: StaffSession,
    flows: Flows,
    form: Posted,
    status: int = 200,
    **values: Any,  # noqa: ANN401 - as render.
) -> Response:
    practice = person.practice.id
    sites = flows.reports.snapshot(practice).sites.values()
    given: dict[str, Any] = {
        "typed": form,
        "topics": list(Topic),
        # Hidden sites as well: what was written there is still found.
        "sites": sorted(sites, key=lambda one: (one.name, one.id)),
        "unread": flows.watch_inboxes.unread(practice, person.staff.id),
        "lines": None,
        "following": None,
        "looked_until": None,
        "patients": [],
        "most_patients": MOST_PATIENTS,
        "is_indexing": False,
        "first": True,
        "place": ListPlace(SEARCH),
        "errors": {},
    }
    given |= values
    given["more"] = any(form.get(name) or name in given["errors"] for name in CRITERIA)
    return render(request, "inbox/search.html", status, **given)


def _read(form: Posted, practice: Practice) -> InboxSearch:
    """What the form asks for; days are the practice's own. Raises Invalid with the fields."""
    errors: list[FieldError] = []
    days: dict[str, date | None] = {}
    for name in ("since", "until", "born"):
        text = form.get(name, "").strip()
        try:
            days[name] = date.fromisoformat(text) if text else None
            _midnight(days[name], practice, 1)
        except (ValueError, OverflowError):
            errors.append(FieldError(name, "must be a date"))
    topic = form.get("topic", "")
    if topic and topic not in list(Topic):
        errors.append(FieldError("topic", "is not one of the five topics"))
    if errors:
        raise Invalid("The search is not valid.", errors)
    wanted = InboxSearch(
        patient=typed_line(form, "patient"),
        topic=Topic(topic) if topic else None,
        since=_midnight(days["since"], practice),
        until=_midnight(days["until"], practice, 1),
        text=typed_line(form, "text"),
        born=days["born"],
    )
    site = form.get("site", "")
    return replace(wanted, site=practice_id(site)) if site else wanted


def _midnight(day: date | None, practice: Practice, later: int = 0) -> datetime | None:
    """When the day begins in the practice's zone, or so many days later."""
    if day is None:
        return None
    begins = day + timedelta(days=later)
    # Far from the first and the last year that there are, zones can't push a moment out of the calendar.
    if not 1900 <= begins.year < 2200:  # noqa: PLR2004 - years in which there can be messages.
        raise ValueError
    return datetime(begins.year, begins.month, begins.day, tzinfo=ZoneInfo(practice.time_zone))
