"""What OpenAPI says of calls besides their parameters: the bodies that they take, their headers, their problems."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from adapters.documents.bulk import BulkDocument
from adapters.documents.check import CheckDocument
from adapters.documents.correction import CorrectionDocument
from adapters.documents.document import Document, schemas
from adapters.documents.email_choice import EmailChoiceDocument
from adapters.documents.inbox_search import InboxSearchDocument
from adapters.documents.messages import (
    BatchDocument,
    BatchItemDocument,
    BatchReplyDocument,
    MessageDocument,
    PatientReplyDocument,
)
from adapters.documents.messaging import MessagingDocument
from adapters.documents.notes import NoteDocument
from adapters.documents.patients import PatientChangeDocument, PatientSearchDocument
from adapters.documents.preview import PreviewDocument, ReplayDocument
from adapters.documents.priority import PriorityDocument
from adapters.documents.replies import ActorDocument, DraftDocument, ForwardDocument, ReadMarkDocument, ReplyDocument
from adapters.documents.roster import RosterBody
from adapters.documents.roster_imports import ApplyDocument, NewImportDocument
from adapters.documents.snooze import SnoozeDocument
from adapters.documents.staff import (
    AbsenceDocument,
    ActingStaffDocument,
    DoneDocument,
    OverdueHandOverDocument,
    StaffChangeDocument,
    UndoDocument,
)
from adapters.documents.urgency import RedFlagTrialDocument
from adapters.http.problems import MEDIA_TYPE, PROBLEM

REFERENCE = "#/components/schemas/{model}"
JSON = "application/json"
DOCUMENTS: tuple[type[Document], ...] = (
    MessageDocument,
    BatchItemDocument,
    BatchDocument,
    MessagingDocument,
    PreviewDocument,
    ReplayDocument,
    RedFlagTrialDocument,
    RosterBody,
    NewImportDocument,
    ApplyDocument,
    PatientSearchDocument,
    PatientChangeDocument,
    StaffChangeDocument,
    AbsenceDocument,
    ActingStaffDocument,
    DoneDocument,
    UndoDocument,
    PatientReplyDocument,
    BatchReplyDocument,
    ReplyDocument,
    ForwardDocument,
    DraftDocument,
    NoteDocument,
    EmailChoiceDocument,
    SnoozeDocument,
    InboxSearchDocument,
    BulkDocument,
    OverdueHandOverDocument,
    ActorDocument,
    ReadMarkDocument,
    PriorityDocument,
    CheckDocument,
    CorrectionDocument,
)

STATUSES_IN_WORDS = {
    401: "The key is missing, wrong or revoked.",
    403: "The key has none of the scopes that the call needs.",
    404: "Not found in the key's practice. An id of another practice gets the same response.",
    409: "The request conflicts with the current state.",
    412: "Somebody else has saved in the meantime.",
    413: "The body is too large.",
    422: "Some fields are not valid; `errors` names them.",
    428: "`If-Match` is missing.",
    429: "Too many requests; `Retry-After` and `RateLimit` say when to repeat them.",
    503: "Temporarily unavailable. Repeat the request with the same idempotency key.",
}
ALWAYS = (401, 403, 422, 429, 503)
HEADERS_IN_WORDS = {
    "Location": "The address of the message's receipt.",
    "ETag": "The version of the settings. Send it as `If-Match` when saving a change.",
    "Retry-After": "The number of seconds to wait before repeating the request.",
    "WWW-Authenticate": "How to send a key.",
}
HEADERS_OF_PROBLEMS = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}

DESCRIPTION = """
Routes the messages that patients write in a portal to the right staff.

Every call needs an API key of the practice: `Authorization: Bearer KEY`. Errors are problem details (RFC 9457). Times
are RFC 3339 in UTC; dates and times lie between 1900 and 2199. Lists are returned in pages: pass `next` as `cursor`
until it is null. A path that doesn't support a method answers 405, and `Allow` lists the methods that it supports.
"""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a call may answer, besides those that every call may."""
    return {status: _problem(status) for status in sorted({*ALWAYS, *statuses})}


def _problem(status: int) -> dict[str, Any]:
    schema = {"$ref": REFERENCE.format(model="Problem")}
    described: dict[str, Any] = {"description": STATUSES_IN_WORDS[status], "content": {MEDIA_TYPE: {"schema": schema}}}
    if status in HEADERS_OF_PROBLEMS:
        described |= with_headers(*HEADERS_OF_PROBLEMS[status])
    return described


def with_headers(*names: str) -> dict[str, Any]:
    """The headers of a response."""
    schema = {"type": "string"}
    return {
        "headers": {name: {"description": HEADERS_IN_WORDS[name], "required": True, "schema": schema} for name in names}
    }


def takes(
    *documents: type[Document], examples: Mapping[str, tuple[str, object]], required: bool = True
) -> dict[str, Any]:
    """The body that a call takes, one of these; the framework doesn't read it, as the key is checked first.

    Examples are named, each with a summary.
    """
    references = [{"$ref": REFERENCE.format(model=document.__name__)} for document in documents]
    schema = references[0] if len(references) == 1 else {"oneOf": references}
    shown = {name: {"summary": summary, "value": value} for name, (summary, value) in examples.items()}
    return {"requestBody": {"required": required, "content": {JSON: {"schema": schema, "examples": shown}}}}


def requires_header(name: str, description: str, example: str, pattern: str) -> dict[str, Any]:
    """A header without which the call is refused in its own words, so that the framework must not require it."""
    schema = {"type": "string", "pattern": pattern}
    parameter = {"name": name, "in": "header", "required": True, "description": description}
    return {"parameters": [{**parameter, "schema": schema, "example": example}]}


class Application(FastAPI):
    """The application, whose description also holds the documents that it takes."""

    def openapi(self) -> dict[str, Any]:
        """The description of all calls."""
        if self.openapi_schema is None:
            described = super().openapi()
            problem = PROBLEM.json_schema(mode="serialization", ref_template=REFERENCE)
            parts = {**problem.pop("$defs", {}), "Problem": problem, **schemas(*DOCUMENTS)}
            components = described.setdefault("components", {}).setdefault("schemas", {})
            components.update(parts)
            # A batch's items are read one by one, so that its own shape doesn't say what they are.
            items = components["BatchDocument"]["properties"]["items"]
            names = ("BatchItemDocument", "BatchReplyDocument")
            items["items"] = {"oneOf": [{"$ref": REFERENCE.format(model=name)} for name in names]}
        return dict(self.openapi_schema or {})
