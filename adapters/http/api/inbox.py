"""Inboxes: what staff got, and marking it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from adapters.documents.staff import (
    ActingStaffDocument,
    DoneDocument,
    UndoDocument,
    parse_acting_staff_json,
    parse_done_json,
    parse_undo_json,
)
from adapters.http.api.examples import STAFF, UNDO
from adapters.http.api.views.inbox import DeliveryStateView, DeliveryView, InboxPageView, UndoneView
from adapters.http.auth import InboxCaller
from adapters.http.cursors import DEFAULT_LIMIT, Cursor, Limit, after_inbox, inbox_in
from adapters.http.description import problems, takes
from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import ActingStaffId, DeliveryId, PracticeId, StaffId, an_example, practice_id
from adapters.http.limits import RequestBody
from router.access.keys import Caller
from router.flows.staff.inbox import InboxListing, InboxView
from router.messages.inbox import DeliveryRef, InboxRef, InboxSort
from router.messages.priority import Priority
from router.messages.states import DeliveryState
from router.practice.topics import Topic

LISTING = "inbox"

routes = APIRouter(tags=["inbox"])


@routes.get(
    "/v1/staff/{staff:path}/inbox",
    operation_id="listInbox",
    summary="List an inbox",
    responses=problems(404),
)
def read_inbox(  # noqa: PLR0913, PLR0917 - these are the parameters of the call.
    caller: InboxCaller,
    staff: StaffId,
    flows: FlowsOfApp,
    state: Annotated[
        InboxView,
        Query(
            description="`open`: unread or read, and not put off. `mine`: this person owns the conversation. "
            "`later`: put off, those that come back soonest first."
        ),
    ] = InboxView.OPEN,
    sort: Annotated[
        InboxSort, Query(description="`waiting`: the patients who have waited longest first.")
    ] = InboxSort.NEWEST,
    topic: Annotated[Topic | None, Query(description="Only this topic.")] = None,
    site: Annotated[
        PracticeId | None, Query(description="Only this site: its id.", openapi_examples=an_example("main-street"))
    ] = None,
    priority: Annotated[Priority | None, Query(description="Only this priority.")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> InboxPageView:
    """The deliveries of one person. Reading changes no state. A cursor is only valid for the sort it came from.

    Whatever the sort, urgent messages that nobody has claimed or answered yet come first on the first page, and no
    later page repeats those, even if somebody claims them meanwhile. A message that becomes urgent while you read on is
    at its usual place on the later pages. `limit` may change from page to page. A cursor holds what stood first: it can
    be up to 4,500 characters long.
    """
    listing = InboxListing(state, sort, topic, practice_id(site) if site is not None else None, priority)
    listed = LISTING if sort is InboxSort.NEWEST else f"{LISTING}-{sort}"
    page = flows.read_inbox.page(
        InboxRef(caller.practice, staff, caller.actor), listing, inbox_in(listed, cursor), limit
    )
    following = after_inbox(listed, page.next) if page.next else None
    items = [DeliveryView.of(item, page.names) for item in page.items]
    return InboxPageView(items=items, unread=page.unread, next=following)


@routes.get(
    "/v1/deliveries/{delivery}",
    operation_id="getDelivery",
    summary="Get a delivery",
    responses=problems(404),
)
def read_delivery(caller: InboxCaller, delivery: DeliveryId, staff: ActingStaffId, flows: FlowsOfApp) -> DeliveryView:
    """One delivery of this person. Reading it changes no state."""
    item, names = flows.read_inbox.delivery(DeliveryRef(caller.practice, delivery, staff, caller.actor))
    return DeliveryView.of(item, names)


@routes.post(
    "/v1/deliveries/{delivery}/read",
    operation_id="markDeliveryRead",
    summary="Mark a delivery read",
    responses=problems(404, 409, 413),
    openapi_extra=takes(ActingStaffDocument, examples=STAFF),
)
def mark_read(caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp) -> DeliveryStateView:
    """Mark it read by this person. If they are the first, this opens the message. Can be repeated."""
    return _mark(flows, caller, delivery, body, DeliveryState.READ)


@routes.post(
    "/v1/deliveries/{delivery}/unread",
    operation_id="markDeliveryUnread",
    summary="Mark a delivery unread",
    responses=problems(404, 409, 413),
    openapi_extra=takes(ActingStaffDocument, examples=STAFF),
)
def mark_unread(caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp) -> DeliveryStateView:
    """Mark it unread, so that this person sees it again. Can be repeated."""
    return _mark(flows, caller, delivery, body, DeliveryState.UNREAD)


@routes.post(
    "/v1/deliveries/{delivery}/done",
    operation_id="markDeliveryDone",
    summary="Mark a delivery done",
    responses=problems(404, 409, 413),
    openapi_extra=takes(DoneDocument, examples=STAFF),
)
def mark_done(caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp) -> DeliveryStateView:
    """Mark it done by this person. Can be repeated; the first outcome that was given counts.

    Without an outcome it is done for this person alone while a colleague owns the conversation and has the message
    open: it still waits for that colleague. An outcome finishes it for everybody.
    """
    staff, outcome = parse_done_json(body)
    ref = DeliveryRef(caller.practice, delivery, staff, caller.actor)
    return DeliveryStateView(id=delivery, state=flows.read_inbox.mark(ref, DeliveryState.DONE, outcome).state)


@routes.post(
    "/v1/deliveries/{delivery}/undo",
    operation_id="undoDelivery",
    summary="Undo the last act on a delivery",
    responses=problems(404, 409, 413),
    openapi_extra=takes(UndoDocument, examples=UNDO),
)
def undo(caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp) -> UndoneView:
    """Take back what this person did last: done, claim, release, forward, or a change of priority.

    Name the `act`, so that no other one is undone if this person has done something else since. Without it, a change of
    priority is undone only if it was the last thing that they did with the message.

    409 if more than a minute has passed, or somebody has acted on the message since. An email about a forward may
    already have been sent.
    """
    staff, wanted = parse_undo_json(body)
    act = flows.undo.undo(DeliveryRef(caller.practice, delivery, staff, caller.actor), wanted)
    return UndoneView(id=delivery, undone=act)


def _mark(flows: Flows, caller: Caller, delivery: UUID, body: bytes, wanted: DeliveryState) -> DeliveryStateView:
    staff = parse_acting_staff_json(body)
    marked = flows.read_inbox.mark(DeliveryRef(caller.practice, delivery, staff, caller.actor), wanted)
    return DeliveryStateView(id=delivery, state=marked.state)
