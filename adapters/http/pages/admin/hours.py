"""The page of opening hours and answer times, for portal administrators. It works without scripts."""

from typing import Any
from urllib.parse import quote
from zoneinfo import available_timezones

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import practice_id
from adapters.http.pages.admin.hours_form import HoursInput, input_of, read_input, settings_of
from adapters.http.pages.admin.hours_view import LABELS, WEEKDAY_NAMES, errors_of, today, view_of
from adapters.http.pages.admin.public_holidays import coming, countries
from adapters.http.pages.admin.saving import Overtaken, base_of, save_over, told_of
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from router.access.sessions import StaffSession
from router.errors import Invalid
from router.messaging.hours import SiteHours
from router.messaging.settings import MessagingSettings
from router.messaging.snapshot import PracticeSnapshot
from router.messaging.warnings import warnings
from router.practice.topics import Topic

PAGE = "/admin/messaging/hours"

routes = page_routes()


@routes.get(PAGE)
def show(request: Request, person: Admin, flows: FlowsOfApp, site: str = "", saved: str = "") -> Response:
    """The saved hours; `saved` is the version whose changes are shown."""
    current = flows.messaging.read(person.practice.id, person.actor).messaging
    snapshot = flows.reports.snapshot(person.practice.id)
    here = practice_id(site) if practice_id(site) in snapshot.sites else None
    told = told_of(flows, person, saved)
    return _render(request, input_of(current, here), current, snapshot, told=told)


@routes.post(PAGE)
def edit(request: Request, person: Admin, form: PostedForm, flows: FlowsOfApp) -> Response:
    """What a button of the form does: save, or show what is being edited with something taken over."""
    snapshot = flows.reports.snapshot(person.practice.id)
    typed = read_input(form)
    if typed.site is not None and typed.site not in snapshot.sites:
        raise Invalid("The form is not valid. Open the page again and try again.")
    base = base_of(form, flows, person)
    wanted, errors = settings_of(typed, base)
    if errors or form.get("do") != "save":
        status = 422 if errors else 200
        return _render(request, typed, wanted, snapshot, status, errors=errors, country=form.get("country", ""))
    return _save(request, person, flows, typed, (base, wanted))


def _save(
    request: Request,
    person: StaffSession,
    flows: Flows,
    typed: HoursInput,
    edited: tuple[MessagingSettings, MessagingSettings],
) -> Response:
    base, wanted = edited
    try:
        saved = save_over(flows, person, base, wanted)
    except Invalid as refused:
        snapshot = flows.reports.snapshot(person.practice.id)
        errors = errors_of(refused.errors, typed.site)
        return _render(request, typed, wanted, snapshot, 422, errors=errors)
    if isinstance(saved, Overtaken):
        shown = input_of(saved.merged, typed.site)
        return _render(request, shown, saved.merged, saved.snapshot, 409, theirs=saved.theirs)
    site = f"&site={quote(typed.site, safe='')}" if typed.site else ""
    return RedirectResponse(f"{PAGE}?saved={saved}{site}", 303, HEADERS)


def _render(  # noqa: PLR0913 - as render.
    request: Request,
    typed: HoursInput,
    messaging: MessagingSettings,
    snapshot: PracticeSnapshot,
    status: int = 200,
    *,
    country: str = "",
    **values: Any,  # noqa: ANN401 - as render.
) -> Response:
    found = coming(country, today(messaging, snapshot, typed.site)) if country else []
    hours = messaging.hours
    own = hours.sites.get(typed.site or "", SiteHours())
    taken = {*hours.practice.dates, *own.dates}
    given: dict[str, Any] = {
        "view": view_of(typed, messaging.version, messaging, snapshot),
        "weekdays": WEEKDAY_NAMES,
        "topics": list(Topic),
        "zones": sorted(available_timezones()) if typed.site is not None else [],
        "countries": countries(),
        "country": country,
        "holidays": [(holiday, holiday.day in taken) for holiday in found],
        "notes": [
            one.message for one in warnings(messaging, snapshot.staffing, snapshot.at) if one.field.startswith("hours")
        ],
        "labels": LABELS,
        "told": None,
        "theirs": [],
        "errors": {},
        # The page answers a form that wasn't saved.
        "edited": request.method == "POST",
    }
    return render(request, "admin/hours.html", status, **(given | values))
