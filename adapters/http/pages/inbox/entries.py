"""The staff's inbox: what came, newest first."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.cursors import after_position, position_in
from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import made_id
from adapters.http.pages.inbox.view import TABS, line_of
from adapters.http.pages.kit.current import Staff, WatchingStaff
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from router.access.sessions import StaffSession
from router.flows.staff.inbox import InboxView
from router.messages.inbox import InboxRef
from router.paging import Position

LISTING = "inbox"
A_PAGE = 25
# What was done with a message before somebody came back to the list.
CONFIRMATIONS = {
    "done": "The message is done.",
    "unread": "The message is unread again.",
}

routes = page_routes()


@dataclass(frozen=True, slots=True)
class InboxAddress:
    """The parameters of the page's address; `told` names what was done before it was opened."""

    view: str = ""
    before: str = ""
    told: str = ""
    delivery: str = ""


@routes.get("/inbox")
def show(
    request: Request, person: Staff, flows: FlowsOfApp, address: Annotated[InboxAddress, Depends(InboxAddress)]
) -> Response:
    """A page of deliveries. Emails lead here with `delivery`, and on to that message."""
    if address.delivery:
        return RedirectResponse(f"/inbox/message/{made_id(address.delivery)}", 303, HEADERS)
    values = _values(flows, person, view_named(address.view), position_in(LISTING, address.before or None))
    return render(
        request, "inbox/entries.html", told=CONFIRMATIONS.get(address.told), first=not address.before, **values
    )


@routes.get("/inbox/latest")
def latest(request: Request, person: WatchingStaff, flows: FlowsOfApp, view: str = "") -> Response:
    """The first page's list alone, which an open page asks for when something came."""
    return render(request, "inbox/list.html", first=True, **_values(flows, person, view_named(view), None))


def view_named(text: str) -> InboxView:
    """The part of the inbox that an address names; `open` unless it names one."""
    return InboxView(text) if text in list(InboxView) else InboxView.OPEN


def _values(flows: Flows, person: StaffSession, view: InboxView, before: Position | None) -> dict[str, Any]:
    practice, staff = person.practice.id, person.staff.id
    page = flows.read_inbox.page(InboxRef(practice, staff, person.actor), view, before, A_PAGE)
    snapshot = flows.reports.snapshot(practice)
    return {
        "view": view,
        "tabs": TABS,
        "lines": [line_of(item, snapshot) for item in page.items],
        "unread": page.unread,
        "following": after_position(LISTING, page.next) if page.next else None,
        "away": snapshot.staffing.absence_of(staff, snapshot.at),
        "snapshot": snapshot,
    }
