"""Inboxes: what staff got, and marking it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from typing_extensions import TypedDict

from adapters.documents.fields import moment_text
from adapters.documents.staff import ActingStaffDocument, parse_acting_staff_json
from adapters.http.auth import InboxCaller
from adapters.http.cursors import DEFAULT_LIMIT, Cursor, Limit, after_position, position_in
from adapters.http.description import problems, takes
from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import ActingStaffId, DeliveryId, StaffId
from adapters.http.limits import RequestBody
from router.access.keys import Caller
from router.flows.staff.inbox import InboxView
from router.messages.explanation import why
from router.messages.inbox import InboxItem
from router.messages.states import DeliveryState

LISTING = "inbox"

routes = APIRouter(tags=["inbox"])


class PatientShape(TypedDict):
    """The patient whose chart a message belongs to."""

    id: str
    name: str
    birth_date: str | None
    record_number: str | None


class SenderShape(TypedDict):
    """Who wrote it: `patient` or `authorized_user`."""

    kind: str
    id: str
    name: str | None


class PersonShape(TypedDict):
    """A member of staff."""

    id: str
    name: str


class InboxItemShape(TypedDict):
    """One delivery; `reason` says why it came here."""

    id: str
    message: str
    conversation: str
    topic: str
    site: str | None
    patient: PatientShape
    sender: SenderShape
    subject: str
    body: str
    state: str
    owner: PersonShape | None
    handled_by: PersonShape | None
    reason: str
    received_at: str


class InboxShape(TypedDict):
    """A page of an inbox, newest first; `unread` counts the whole inbox."""

    items: list[InboxItemShape]
    unread: int
    next: str | None


class MarkedShape(TypedDict):
    """A delivery's state."""

    id: str
    state: str


@routes.get("/v1/staff/{staff:path}/inbox", summary="Read an inbox", response_model=InboxShape, responses=problems(404))
def read_inbox(  # noqa: PLR0913, PLR0917 - these are the parameters of the call.
    caller: InboxCaller,
    staff: StaffId,
    flows: FlowsOfApp,
    state: Annotated[
        InboxView, Query(description="`open`: unread or read; `mine`: I own the conversation.")
    ] = InboxView.OPEN,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> JSONResponse:
    """The deliveries of one person, newest first. Reading changes no state."""
    page = flows.read_inbox.page(caller.practice, staff, state, position_in(LISTING, cursor), limit, caller.actor)
    following = after_position(LISTING, page.next) if page.next else None
    items = [_render(item, page.names) for item in page.items]
    return JSONResponse(InboxShape(items=items, unread=page.unread, next=following))


@routes.get(
    "/v1/deliveries/{delivery}", summary="Read a delivery", response_model=InboxItemShape, responses=problems(404)
)
def read_delivery(caller: InboxCaller, delivery: DeliveryId, staff: ActingStaffId, flows: FlowsOfApp) -> JSONResponse:
    """One delivery of this person. Reading it changes no state."""
    item, names = flows.read_inbox.delivery(caller.practice, delivery, staff, caller.actor)
    return JSONResponse(_render(item, names))


@routes.post(
    "/v1/deliveries/{delivery}/read",
    summary="Mark a delivery read",
    response_model=MarkedShape,
    responses=problems(404, 409, 413),
    openapi_extra=takes(ActingStaffDocument),
)
def mark_read(caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp) -> JSONResponse:
    """This person has read it. The first opening opens the message. Repeatable."""
    return _mark(flows, caller, delivery, body, DeliveryState.READ)


@routes.post(
    "/v1/deliveries/{delivery}/unread",
    summary="Mark a delivery unread",
    response_model=MarkedShape,
    responses=problems(404, 409, 413),
    openapi_extra=takes(ActingStaffDocument),
)
def mark_unread(caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp) -> JSONResponse:
    """This person wants to see it again. Repeatable."""
    return _mark(flows, caller, delivery, body, DeliveryState.UNREAD)


@routes.post(
    "/v1/deliveries/{delivery}/done",
    summary="Mark a delivery done",
    response_model=MarkedShape,
    responses=problems(404, 409, 413),
    openapi_extra=takes(ActingStaffDocument),
)
def mark_done(caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp) -> JSONResponse:
    """This person has finished with it. Repeatable."""
    return _mark(flows, caller, delivery, body, DeliveryState.DONE)


def _mark(flows: Flows, caller: Caller, delivery: UUID, body: bytes, wanted: DeliveryState) -> JSONResponse:
    staff = parse_acting_staff_json(body)
    state = flows.read_inbox.mark(caller.practice, delivery, staff, wanted, caller.actor)
    return JSONResponse(MarkedShape(id=str(delivery), state=state.value))


def _render(item: InboxItem, names: dict[str, str]) -> InboxItemShape:
    return InboxItemShape(
        id=str(item.delivery),
        message=str(item.message),
        conversation=str(item.conversation),
        topic=item.topic.value,
        site=item.site,
        patient=PatientShape(
            id=item.patient,
            name=item.patient_name,
            birth_date=item.birth_date.isoformat() if item.birth_date else None,
            record_number=item.record_number,
        ),
        sender=_sender(item),
        subject=item.subject,
        body=item.body,
        state=item.state.value,
        owner=render_person(item.owner, names),
        handled_by=render_person(item.handled_by, names),
        reason=why(item.recipient, names),
        received_at=moment_text(item.received_at),
    )


def _sender(item: InboxItem) -> SenderShape:
    if item.sender is None:
        return SenderShape(kind="patient", id=item.patient, name=item.patient_name)
    return SenderShape(kind="authorized_user", id=item.sender, name=item.sender_name)


def render_person(staff: str | None, names: dict[str, str]) -> PersonShape | None:
    """A member of staff as JSON."""
    return None if staff is None else PersonShape(id=staff, name=names.get(staff, staff))
