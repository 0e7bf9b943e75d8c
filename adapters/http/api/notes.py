"""Notes for colleagues on the conversation of a delivery."""

from dataclasses import replace

from fastapi import APIRouter

from adapters.documents.notes import NoteDocument, parse_note_json
from adapters.http.api.examples import NOTE
from adapters.http.api.messages import key_in_header
from adapters.http.api.replies import OptionalKey
from adapters.http.api.views.notes import StaffNoteView
from adapters.http.auth import InboxCaller
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import DeliveryId
from adapters.http.limits import RequestBody
from router.messages.inbox import DeliveryRef

routes = APIRouter(tags=["inbox"])


@routes.post(
    "/v1/deliveries/{delivery}/note",
    status_code=201,
    operation_id="addNote",
    summary="Add a note for colleagues",
    responses=problems(404, 409, 413),
    openapi_extra=takes(NoteDocument, examples=NOTE),
)
def add_note(
    caller: InboxCaller, delivery: DeliveryId, body: RequestBody, flows: FlowsOfApp, key: OptionalKey = None
) -> StaffNoteView:
    """Add a note that staff who see the conversation can read, but nobody on the patient's side.

    Mentioned colleagues get this message in their inbox. They see the message, the note and later entries. Earlier
    entries are shown only on request, and the audit records that.
    """
    staff, request = parse_note_json(body)
    checked = key_in_header(key) if key is not None else None
    note = flows.notes.note(
        DeliveryRef(caller.practice, delivery, staff, caller.actor), replace(request, idempotency_key=checked)
    )
    members = flows.reports.snapshot(caller.practice).staffing.members
    return StaffNoteView.of(note, {one.id: one.name for one in members.values()})
