"""What OpenAPI tells about calls besides their parameters: the bodies that they take, the problems that they answer."""

from typing import Any

from fastapi import FastAPI
from pydantic import TypeAdapter

from adapters.documents.document import Document, schemas
from adapters.documents.messages import (
    BatchDocument,
    BatchItemDocument,
    BatchReplyDocument,
    MessageDocument,
    PatientReplyDocument,
)
from adapters.documents.messaging import MessagingDocument
from adapters.documents.preview import PreviewDocument
from adapters.documents.replies import ActorDocument, ForwardDocument, ReplyDocument
from adapters.documents.roster import RosterBody
from adapters.documents.staff import AbsenceDocument, ActingStaffDocument, StaffChangeDocument
from adapters.http.problems import MEDIA_TYPE, Problem

REFERENCE = "#/components/schemas/{model}"
DOCUMENTS: tuple[type[Document], ...] = (
    MessageDocument,
    BatchItemDocument,
    BatchDocument,
    MessagingDocument,
    PreviewDocument,
    RosterBody,
    StaffChangeDocument,
    AbsenceDocument,
    ActingStaffDocument,
    PatientReplyDocument,
    BatchReplyDocument,
    ReplyDocument,
    ForwardDocument,
    ActorDocument,
)

STATUSES_IN_WORDS = {
    401: "The key is missing, wrong or revoked.",
    403: "The key has none of the scopes that the call needs.",
    404: "There is no such thing in the key's practice; a foreign id answers the same.",
    409: "It contradicts what is.",
    412: "Somebody else saved in between.",
    413: "The body is too large.",
    422: "Fields have values that they can't have; `errors` names them.",
    428: "`If-Match` is missing.",
    429: "More requests than a limit allows; `Retry-After` and `RateLimit` say when to come again.",
    503: "Not available now; repeat the request, with the same idempotency keys.",
}
ALWAYS = (401, 403, 422, 429, 503)

DESCRIPTION = """
Takes the messages that patients write in a portal to the right staff.

Every call needs a key of the practice: `Authorization: Bearer KEY`. Errors are problem details (RFC 9457). Times are
RFC 3339 in UTC. Lists come in pages: pass `next` as `cursor` until it is null.
"""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a call may answer, besides those that every call may."""
    schema = {"$ref": REFERENCE.format(model="Problem")}
    return {
        status: {"description": STATUSES_IN_WORDS[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in sorted({*ALWAYS, *statuses})
    }


def takes(*documents: type[Document]) -> dict[str, Any]:
    """The body that a call takes, one of these; the framework doesn't read it, as the key is checked first."""
    references = [{"$ref": REFERENCE.format(model=document.__name__)} for document in documents]
    schema = references[0] if len(references) == 1 else {"oneOf": references}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


class Application(FastAPI):
    """The application, whose description also holds the documents that it takes."""

    def openapi(self) -> dict[str, Any]:
        """The description of all calls."""
        if self.openapi_schema is None:
            described = super().openapi()
            problem = TypeAdapter(Problem).json_schema(ref_template=REFERENCE)
            parts = {**problem.pop("$defs", {}), "Problem": problem, **schemas(*DOCUMENTS)}
            components = described.setdefault("components", {}).setdefault("schemas", {})
            components.update(parts)
            # A batch's items are read one by one, so that its own shape doesn't say what they are.
            items = components["BatchDocument"]["properties"]["items"]
            names = ("BatchItemDocument", "BatchReplyDocument")
            items["items"] = {"oneOf": [{"$ref": REFERENCE.format(model=name)} for name in names]}
        return dict(self.openapi_schema or {})
