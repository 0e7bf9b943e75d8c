"""Writing messages, one or many, and what became of them."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import WithJsonSchema
from starlette.types import Receive, Scope, Send

from adapters.documents.fields import text_schema
from adapters.documents.messages import (
    BatchDocument,
    MessageDocument,
    PatientReplyDocument,
    parse_batch_json,
    parse_message_json,
)
from adapters.documents.problems import WORDS
from adapters.http.api.examples import BATCH, MESSAGES
from adapters.http.api.metrics import Metrics, MetricsOfApp, metrics_of
from adapters.http.api.views.messages import AcceptedView, BatchItemView, BatchView, ReceiptView, render_accepted
from adapters.http.auth import PORTAL_KEY, PortalCaller
from adapters.http.description import problems, takes, with_headers
from adapters.http.flows import FlowsOfApp
from adapters.http.group_commit import group_commit_of
from adapters.http.ids import MessageId, an_example
from adapters.http.limits import REQUEST_BYTES, BatchBody, read_body
from adapters.http.places import owner_of
from adapters.http.problems import problem_of
from adapters.http.rate_limits import Kind, rate_limits_of
from router.errors import Invalid, KeyReused, Refusal
from router.messages.acceptance import AcceptOutcome, Receipt
from router.messages.message import KEY_LIMIT, AnyDraft
from router.text import problem_with

KEY_HEADER = "Idempotency-Key"

routes = APIRouter(tags=["messages"])


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


KeyText = Annotated[str, WithJsonSchema(text_schema(KEY_LIMIT))]
KeyInHeader = Annotated[
    KeyText,
    Header(
        alias=KEY_HEADER,
        description="Unique in the practice. Repeating it stores nothing new.",
        openapi_examples=an_example("5f0c2f7e-refill"),
    ),
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
    """Send a first message, or a reply in a conversation. After a 202, the message is stored permanently.

    Repeating the key with the same fields returns the first response; with other fields it is refused. A message that
    doesn't fit the compose form is refused, and the problem carries the form as it is now.
    """
    body = await read_body(request, REQUEST_BYTES)
    draft = parse_message_json(body, key_in_header(key))
    rate_limits_of(request).take(Kind.PATIENT, caller.practice, draft.patient)
    request.state.arrival.end()
    answer = await group_commit_of(request).accept(caller.practice, draft, caller.actor)
    if isinstance(answer, Refusal):
        raise _about_header(answer)
    headers = {"Location": f"/v1/messages/{answer.id}"}
    return Response(orjson.dumps(render_accepted(answer)), 202, headers, media_type="application/json")


def add_write_route(router: APIRouter) -> None:
    """Add the call to the application's own router, which looks at its own routes first and only once."""
    router.add_api_route(
        "/v1/messages",
        write,
        methods=["POST"],
        status_code=202,
        tags=["messages"],
        operation_id="sendMessage",
        summary="Send a message",
        response_model=AcceptedView,
        responses={202: with_headers("Location"), **problems(404, 409, 413)},
        openapi_extra=takes(MessageDocument, PatientReplyDocument, examples=MESSAGES),
        route_class_override=WriteRoute,
    )


@routes.post(
    "/v1/messages/batch",
    operation_id="sendMessageBatch",
    summary="Send up to 500 messages",
    response_model=BatchView,
    responses=problems(413),
    openapi_extra=takes(BatchDocument, examples=BATCH),
)
def write_many(
    request: Request, caller: PortalCaller, body: BatchBody, flows: FlowsOfApp, metrics: MetricsOfApp
) -> JSONResponse:
    """Send several messages in one request. Each is accepted or refused on its own; results come in the same order."""
    read = parse_batch_json(body)
    admitted = rate_limits_of(request).admit(caller.practice, read)
    drafts = [item for item in admitted if not isinstance(item, Refusal)]
    stored = iter(flows.accept.accept(caller.practice, drafts, caller.actor) if drafts else [])
    answers: list[AcceptOutcome] = [item if isinstance(item, Refusal) else next(stored) for item in admitted]
    items = [_item(index, item, metrics) for index, item in enumerate(zip(read, answers, strict=True))]
    return JSONResponse(BatchView(items=items))


@routes.get(
    "/v1/messages/{message}",
    operation_id="getReceipt",
    summary="Get a receipt",
    responses=problems(404),
)
def read_receipt(caller: PortalCaller, message: MessageId, flows: FlowsOfApp) -> ReceiptView:
    """The status of a message."""
    return ReceiptView.model_validate(flows.accept.receipt(caller.practice, message))


@routes.get(
    "/v1/messages",
    operation_id="findReceipt",
    summary="Find a receipt by its key",
    responses=problems(404),
)
def find_receipt(
    caller: PortalCaller,
    flows: FlowsOfApp,
    idempotency_key: Annotated[
        KeyText, Query(description="The key that the message was sent with.", openapi_examples=an_example("sample-001"))
    ],
) -> ReceiptView:
    """The status of the message with this idempotency key."""
    wrong = problem_with(idempotency_key, KEY_LIMIT)
    if wrong:
        raise Invalid.at("idempotency_key", wrong)
    return ReceiptView.model_validate(flows.accept.receipt_by_key(caller.practice, idempotency_key.strip()))


def _item(index: int, item: tuple[AnyDraft | Invalid, AcceptOutcome], metrics: Metrics) -> BatchItemView:
    read, answer = item
    if isinstance(answer, Receipt):
        return BatchItemView(status=202, message=render_accepted(answer))
    metrics.refused(answer)
    problem = problem_of(answer)
    shown = BatchItemView(status=problem["status"], problem=problem, index=index)
    key = next((error.key for error in read.errors), None) if isinstance(read, Invalid) else read.idempotency_key
    if key is not None:
        shown["idempotency_key"] = key
    return shown


def _about_header(refusal: Refusal) -> Refusal:
    """Where the key came in a header, the header is named."""
    if isinstance(refusal, KeyReused):
        return KeyReused.at(KEY_HEADER, refusal.errors[0].message)
    return refusal
