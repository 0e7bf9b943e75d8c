"""Writing messages, one or many, and what became of them."""

from typing import Annotated, NotRequired

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send
from typing_extensions import TypedDict

from adapters.documents.fields import moment_text
from adapters.documents.messages import (
    BatchDocument,
    MessageDocument,
    PatientReplyDocument,
    parse_batch_json,
    parse_message_json,
)
from adapters.documents.problems import WORDS
from adapters.http.api.metrics import Metrics, MetricsOfApp, metrics_of
from adapters.http.auth import PORTAL_KEY, PortalCaller
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.group_commit import group_commit_of
from adapters.http.ids import MessageId
from adapters.http.limits import REQUEST_BYTES, BatchBody, read_body
from adapters.http.places import owner_of
from adapters.http.problems import Problem, problem_of
from adapters.http.rate_limits import Kind, rate_limits_of
from router.errors import Invalid, KeyReused, Refusal
from router.messages.acceptance import AcceptOutcome, Receipt
from router.messages.message import KEY_LIMIT
from router.messages.states import State
from router.text import problem_with

KEY_HEADER = "Idempotency-Key"

routes = APIRouter(tags=["messages"])


class AcceptedShape(TypedDict):
    """A message that is stored; `to` is what the patient reads in To:."""

    id: str
    conversation: str
    status: str
    to: str


class ReceiptShape(AcceptedShape):
    """What became of a message, as the patient's side may know it."""

    accepted_at: str
    delivered_at: str | None
    opened_at: str | None
    answered_at: str | None


class BatchItemShape(TypedDict):
    """What became of one item: a message or a problem."""

    status: int
    message: NotRequired[AcceptedShape]
    problem: NotRequired[Problem]


class BatchShape(TypedDict):
    """One answer for each item, in order."""

    items: list[BatchItemShape]


def _checked_key(text: str) -> str:
    wrong = problem_with(text, KEY_LIMIT)
    if wrong:
        raise Invalid.at(KEY_HEADER, wrong)
    return text.strip()


def key_in_header(text: str) -> str:
    """Headers arrive as Latin-1, while the same key in a batch is UTF-8."""
    try:
        return _checked_key(text.encode("latin-1").decode())
    except UnicodeError:
        raise Invalid.at(KEY_HEADER, "must be UTF-8") from None


KeyInHeader = Annotated[
    str, Header(alias=KEY_HEADER, description="Unique in the practice; repeating it stores nothing.")
]


class WriteRoute(APIRoute):
    """Calls `write` without the framework's dependencies, which cost more than reading and storing a message.

    They describe the call all the same, and every other way of asking goes through them.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] != "POST":
            await super().handle(scope, receive, send)
            return
        request = Request(scope, receive, send)
        response = await _arrive(request)
        await response(scope, receive, send)


async def _arrive(request: Request) -> Response:
    """Announce the request from its first moment on, check its key, and have it taken."""
    metrics = await metrics_of(request)
    try:
        caller = PORTAL_KEY.recall(request)
        with group_commit_of(request).arrive(owner_of(caller)) as request.state.arrival:
            if caller is None:
                caller = await PORTAL_KEY(request)
                request.state.arrival.belongs_to(owner_of(caller))
            try:
                return await write(caller, request, _key_of(request))
            except Refusal:
                # A key that was revoked since it was looked up is said first, and kept in the audit.
                await PORTAL_KEY(request)
                raise
    except Refusal as refusal:
        metrics.refused(refusal)
        raise


def _key_of(request: Request) -> str:
    key = request.headers.get(KEY_HEADER)
    if key is None:
        raise Invalid.at(KEY_HEADER, WORDS["missing"])
    return key


async def write(caller: PortalCaller, request: Request, key: KeyInHeader) -> Response:
    """Take a message. When 202 is heard, it is stored for good.

    Repeating the key with the same fields answers as the first time; with other fields it is refused. A message that
    doesn't fit the compose form is refused with the form as it is now.
    """
    body = await read_body(request, REQUEST_BYTES)
    draft = parse_message_json(body, key_in_header(key))
    rate_limits_of(request).take(Kind.PATIENT, caller.practice, draft.patient)
    request.state.arrival.end()
    answer = await group_commit_of(request).accept(caller.practice, draft, caller.actor)
    if isinstance(answer, Refusal):
        raise _about_header(answer)
    headers = {"Location": f"/v1/messages/{answer.id}"}
    return Response(orjson.dumps(_accepted(answer)), 202, headers, media_type="application/json")


def add_write_route(router: APIRouter) -> None:
    """Add the call to the application's own router, which looks at its own routes first and only once."""
    router.add_api_route(
        "/v1/messages",
        write,
        methods=["POST"],
        status_code=202,
        tags=["messages"],
        summary="Write a message",
        response_model=AcceptedShape,
        responses=problems(404, 409, 413),
        openapi_extra=takes(MessageDocument, PatientReplyDocument),
        route_class_override=WriteRoute,
    )


@routes.post(
    "/v1/messages/batch",
    summary="Write up to 500 messages",
    response_model=BatchShape,
    responses=problems(413),
    openapi_extra=takes(BatchDocument),
)
def write_many(
    request: Request, caller: PortalCaller, body: BatchBody, flows: FlowsOfApp, metrics: MetricsOfApp
) -> JSONResponse:
    """Take several messages in one go. Each is accepted or refused on its own, and each has its answer, in order."""
    read = rate_limits_of(request).admit(caller.practice, parse_batch_json(body))
    drafts = [item for item in read if not isinstance(item, Refusal)]
    stored = iter(flows.accept.accept(caller.practice, drafts, caller.actor) if drafts else [])
    answers: list[AcceptOutcome] = [item if isinstance(item, Refusal) else next(stored) for item in read]
    return JSONResponse(BatchShape(items=[_item(answer, metrics) for answer in answers]))


@routes.get("/v1/messages/{message}", summary="Read a receipt", response_model=ReceiptShape, responses=problems(404))
def read_receipt(caller: PortalCaller, message: MessageId, flows: FlowsOfApp) -> JSONResponse:
    """Say what became of a message."""
    return JSONResponse(render_receipt(flows.accept.receipt(caller.practice, message)))


@routes.get("/v1/messages", summary="Find a receipt by its key", response_model=ReceiptShape, responses=problems(404))
def find_receipt(
    caller: PortalCaller,
    flows: FlowsOfApp,
    idempotency_key: Annotated[str, Query(description="The key that the message was sent with.")],
) -> JSONResponse:
    """Say what became of the message with this idempotency key."""
    wrong = problem_with(idempotency_key, KEY_LIMIT)
    if wrong:
        raise Invalid.at("idempotency_key", wrong)
    return JSONResponse(render_receipt(flows.accept.receipt_by_key(caller.practice, idempotency_key.strip())))


def render_receipt(receipt: Receipt) -> ReceiptShape:
    """A receipt as JSON."""

    def text(name: str) -> str | None:
        moment = getattr(receipt, name)
        return None if moment is None else moment_text(moment)

    return ReceiptShape(
        id=str(receipt.id),
        conversation=str(receipt.conversation),
        status=receipt.status.value,
        to=receipt.to,
        accepted_at=moment_text(receipt.accepted_at),
        delivered_at=text("delivered_at"),
        opened_at=text("opened_at"),
        answered_at=text("answered_at"),
    )


def _accepted(receipt: Receipt) -> AcceptedShape:
    """The answer to writing, which stays the same however far the message has come since."""
    return AcceptedShape(
        id=str(receipt.id),
        conversation=str(receipt.conversation),
        status=State.ACCEPTED.value,
        to=receipt.to,
    )


def _item(answer: AcceptOutcome, metrics: Metrics) -> BatchItemShape:
    if isinstance(answer, Receipt):
        return BatchItemShape(status=202, message=_accepted(answer))
    metrics.refused(answer)
    problem = problem_of(answer)
    return BatchItemShape(status=problem["status"], problem=problem)


def _about_header(refusal: Refusal) -> Refusal:
    """Where the key came in a header, the header is named."""
    if isinstance(refusal, KeyReused):
        return KeyReused.at(KEY_HEADER, refusal.errors[0].message)
    return refusal
