"""What staff do with a delivery: read its conversation, claim, release, reply, forward."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse
from typing_extensions import TypedDict

from adapters.documents.fields import moment_text
from adapters.documents.replies import ForwardDocument, ReplyDocument, parse_forward_json, parse_reply_json
from adapters.documents.staff import ActingStaffDocument, parse_acting_staff_json
from adapters.http.api.inbox import PersonShape, render_person
from adapters.http.api.messages import KEY_HEADER, key_in_header
from adapters.http.auth import InboxCaller
from adapters.http.description import problems, takes
from adapters.http.entries import EntryShape, render_entry
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import ActingStaffId, DeliveryId
from adapters.http.limits import RequestBody
from router.access.keys import Caller
from router.flows.staff.conversation import StaffThread
from router.flows.staff.replies import ReplyRequest
from router.messages.conversation import Author, Entry
from router.messages.inbox import DeliveryRef

routes = APIRouter(tags=["inbox"])

OptionalKey = Annotated[
    str | None, Header(alias=KEY_HEADER, description="Unique in the practice; repeating it does nothing twice.")
]


class StaffEntryShape(TypedDict):
    """An entry with its real author; `shown_as` is what the patient's side reads."""

    entry: EntryShape
    author: PersonShape | None
    shown_as: str


class NoteShape(TypedDict):
    """A hand-over; its note is for staff only."""

    at: str
    message: str
    kind: str
    giver: PersonShape | None
    taker: PersonShape | None
    note: str | None


class StaffThreadShape(TypedDict):
    """The whole conversation of a delivery."""

    id: str
    topic: str
    subject: str
    to: str
    private: bool
    owner: PersonShape | None
    entries: list[StaffEntryShape]
    notes: list[NoteShape]


class ActedShape(TypedDict):
    """The delivery that something was done with."""

    id: str


@routes.get(
    "/v1/deliveries/{delivery}/conversation",
    summary="Read the conversation of a delivery",
    response_model=StaffThreadShape,
    responses=problems(404),
)
def read_thread(caller: InboxCaller, delivery: DeliveryId, staff: ActingStaffId, flows: FlowsOfApp) -> JSONResponse:
    """The whole thread with the notes of staff, through a delivery of this person."""
    return JSONResponse(
        _render(flows.replies.conversation(DeliveryRef(caller.practice, delivery, staff, caller.actor)))
    )


@routes.post(
    "/v1/deliveries/{delivery}/claim",
    summary="Claim a conversation",
    response_model=ActedShape,
    responses=problems(404, 409, 413),
    openapi_extra=takes(ActingStaffDocument),
)
def claim(caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp) -> JSONResponse:
    """Own the conversation from now on. Repeatable; what another owns is refused with who."""
    return _act(flows.replies.claim, caller, delivery, body)


@routes.post(
    "/v1/deliveries/{delivery}/release",
    summary="Release a conversation",
    response_model=ActedShape,
    responses=problems(404, 409, 413),
    openapi_extra=takes(ActingStaffDocument),
)
def release(caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp) -> JSONResponse:
    """Own the conversation no longer. Repeatable."""
    return _act(flows.replies.release, caller, delivery, body)


@routes.post(
    "/v1/deliveries/{delivery}/reply",
    status_code=201,
    summary="Reply to the patient's side",
    response_model=EntryShape,
    responses=problems(404, 409, 413),
    openapi_extra=takes(ReplyDocument),
)
def reply(
    caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp, key: OptionalKey = None
) -> JSONResponse:
    """Answer; the patient's side reads it under the name that it knows.

    When a colleague has answered since `last_seen`, their entry comes back and nothing is sent.
    """
    staff, text, last_seen = parse_reply_json(body)
    checked = key_in_header(key) if key is not None else None
    entry = flows.replies.reply(
        DeliveryRef(caller.practice, delivery, staff, caller.actor), ReplyRequest(text, last_seen, checked)
    )
    return JSONResponse(render_entry(entry), 201)


@routes.post(
    "/v1/deliveries/{delivery}/forward",
    summary="Forward to a colleague",
    response_model=ActedShape,
    responses=problems(404, 409, 413),
    openapi_extra=takes(ForwardDocument),
)
def forward(
    caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp, key: OptionalKey = None
) -> JSONResponse:
    """Put the message, or the whole conversation, into a colleague's inbox."""
    staff, forwarding = parse_forward_json(body)
    checked = key_in_header(key) if key is not None else None
    flows.forward.forward(
        DeliveryRef(caller.practice, delivery, staff, caller.actor), replace(forwarding, idempotency_key=checked)
    )
    return JSONResponse(ActedShape(id=str(delivery)))


def _act(act: Callable[[DeliveryRef], None], caller: Caller, delivery: UUID, body: bytes) -> JSONResponse:
    act(DeliveryRef(caller.practice, delivery, parse_acting_staff_json(body), caller.actor))
    return JSONResponse(ActedShape(id=str(delivery)))


def _render(thread: StaffThread) -> StaffThreadShape:
    found, names = thread.conversation, thread.names
    return StaffThreadShape(
        id=str(found.id),
        topic=found.topic.value,
        subject=found.subject,
        to=found.display_name,
        private=found.private,
        owner=render_person(found.owner, names),
        entries=[_entry(one, names) for one in thread.entries],
        notes=[
            NoteShape(
                at=moment_text(one.at),
                message=str(one.message),
                kind=one.kind.value,
                giver=render_person(one.giver, names),
                taker=render_person(one.taker, names),
                note=one.note,
            )
            for one in thread.notes
        ],
    )


def _entry(entry: Entry, names: dict[str, str]) -> StaffEntryShape:
    author = entry.author_id if entry.author is Author.STAFF else None
    return StaffEntryShape(entry=render_entry(entry), author=render_person(author, names), shown_as=entry.shown_as)
