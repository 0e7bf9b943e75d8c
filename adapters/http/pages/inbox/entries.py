"""The staff's inbox: what came, newest first."""

import secrets
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.cursors import after_inbox
from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import made_id
from adapters.http.pages.inbox.listing import SORTS, ListPlace, Place
from adapters.http.pages.inbox.told import in_words
from adapters.http.pages.inbox.view import TABS, line_of
from adapters.http.pages.kit.colleagues import colleagues_of
from adapters.http.pages.kit.cover import cover_of
from adapters.http.pages.kit.csrf import Posted
from adapters.http.pages.kit.current import Staff, WatchingStaff
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from router.access.sessions import StaffSession
from router.flows.staff.listing import A_PAGE
from router.messages.inbox import InboxRef
from router.practice.topics import Topic

# What was done with a message before somebody came back to the list.
CONFIRMATIONS = {
    "done": "The message is done.",
    "left": "The message is done for you. A colleague still has it open.",
    "unread": "The message is unread again.",
    "moved": "The conversation was moved to the new topic.",
    "replied": "Your reply was sent. You have no other open messages here.",
    "snoozed": "The message will come back at the top then. Until then it is under Later.",
}
# What a button beside it does to take it back.
TAKEN_BACK = {"done": "undo", "left": "undo", "snoozed": "wake"}

routes = page_routes()


@dataclass(frozen=True, slots=True)
class InboxAddress:
    """What else the page's address says: `told` names what was done before it was opened, with the message `of`."""

    told: str = ""
    delivery: str = ""
    of: str = ""


@routes.get("/inbox")
def show(
    request: Request,
    person: Staff,
    flows: FlowsOfApp,
    place: Place,
    address: Annotated[InboxAddress, Depends(InboxAddress)],
) -> Response:
    """A page of deliveries. Emails lead here with `delivery`, and on to that message."""
    if address.delivery:
        return RedirectResponse(f"/inbox/message/{made_id(address.delivery)}", 303, HEADERS)
    values = list_values(flows, person, place)
    return render(
        request,
        "inbox/entries.html",
        told=in_words(address.told, CONFIRMATIONS.get(address.told), request, values["snapshot"]),
        # What can be taken back, and of which message.
        undo=made_id(address.of) if address.told in TAKEN_BACK and address.of else None,
        take_back=TAKEN_BACK.get(address.told, ""),
        outcome=None,
        compact=is_compact(request),
        pane=has_pane(request),
        # A reply that has been sent is no draft any more, wherever its page was left.
        sent=made_id(address.of) if address.told == "replied" and address.of else None,
        **values,
    )


@routes.get("/inbox/latest")
def latest(request: Request, person: WatchingStaff, flows: FlowsOfApp, place: Place) -> Response:
    """Only the list of the first page; an open page fetches it when something new has come."""
    return render(request, "inbox/list.html", **list_values(flows, person, replace(place, before="")))


def is_compact(request: Request) -> bool:
    """How close the lines stand; the page's script keeps the choice in this browser."""
    return request.cookies.get("careroute_density") == "compact"


def has_pane(request: Request) -> bool:
    """Whether messages open beside the list where there is room; the choice is kept likewise."""
    return request.cookies.get("careroute_pane") == "on"


def list_values(flows: Flows, person: StaffSession, place: ListPlace) -> dict[str, Any]:
    """What the template of a list is given."""
    practice, staff = person.practice.id, person.staff.id
    page = flows.read_inbox.page(InboxRef(practice, staff, person.actor), place.listing, place.cursor, A_PAGE)
    snapshot = flows.reports.snapshot(practice)
    away = snapshot.staffing.absence_of(staff, snapshot.at)
    following = after_inbox(place.cursor_name, page.next) if page.next else None
    return {
        "place": place,
        "view": place.listing.view,
        "tabs": TABS,
        "sorts": SORTS,
        "topics": list(Topic),
        "sites": sorted(snapshot.sites.values(), key=lambda site: (site.name, site.id)),
        "lines": [line_of(item, snapshot) for item in page.items],
        "unread": page.unread,
        "following": following,
        "first": not place.before,
        "colleagues": colleagues_of(snapshot, staff),
        "key": secrets.token_urlsafe(16),
        # What is selected, and what stands in the fields beside it; see bulk.
        "chosen": frozenset(),
        "typed": Posted([]),
        "errors": {},
        "away": away,
        "cover": cover_of(away, snapshot) if away else None,
        "snapshot": snapshot,
    }
