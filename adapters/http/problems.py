"""Refusals as problem details (RFC 9457). None of them repeats the input."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, NotRequired

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import Field, TypeAdapter
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match
from typing_extensions import TypedDict

from adapters.documents.problems import in_words
from adapters.http.entries import EntryView
from adapters.http.forms import ComposeFormView, render_refused_form
from adapters.http.headers import SAFE_HEADERS
from router.errors import (
    Conflict,
    FieldError,
    IllegalTransitionError,
    Invalid,
    NotFound,
    Refusal,
    ReplyRefused,
    Unauthenticated,
    UnavailableError,
    UnknownOutcomeError,
)
from router.flows.administrator.red_flag_trial import TrialsUsedUp
from router.messages.compose import FormRefused
from router.messages.conversation import SeenTooLittle

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "2"
# Nobody reads this answer: it is what servers commonly record for a client that has gone.
CLIENT_GONE = 499

STATUSES = {
    "invalid": 422,
    "idempotency-key-reused": 422,
    "not-found": 404,
    "method-not-allowed": 405,
    "unauthenticated": 401,
    "sign-in-refused": 401,
    "session-ended": 401,
    "forbidden": 403,
    "link-spent": 410,
    "too-many-tries": 429,
    "too-many-requests": 429,
    "too-many-trials": 429,
    "conflict": 409,
    "left-out": 409,
    "form-refused": 409,
    "reply-refused": 409,
    "answered-meanwhile": 409,
    "would-deactivate": 409,
    "stale": 412,
    "too-large": 413,
    "precondition-required": 428,
    "refused": 400,
    "internal": 500,
    "busy": 503,
    "unavailable": 503,
    "unknown-outcome": 503,
}


class TooLarge(Refusal):
    """The body is longer than this call accepts."""

    slug = "too-large"
    title = "The request is too large"


class PreconditionRequired(Refusal):
    """A change must say which version it is made from."""

    slug = "precondition-required"
    title = "If-Match is needed"


class MethodNotAllowed(Refusal):
    """The address exists, but not for this method."""

    slug = "method-not-allowed"
    title = "This address doesn't support this method"


class Busy(Refusal):
    """More waits to be stored than can be kept in memory."""

    slug = "busy"
    title = "Too busy"


class TooManyRequests(Refusal):
    """More requests than a limit allows; `headers` say which limit it is and what is left of it."""

    slug = "too-many-requests"
    title = "Too many requests"

    def __init__(self, detail: str, *, retry_seconds: int, headers: Mapping[str, str]) -> None:
        super().__init__(detail)
        self.retry_seconds = retry_seconds
        self.headers = {"Retry-After": str(retry_seconds), **headers}


class Unavailable(Refusal):
    """The database can't take anything now."""

    slug = "unavailable"
    title = "Not available now"


class UnknownOutcome(Refusal):
    """The connection was lost while storing."""

    slug = "unknown-outcome"
    title = "It is unknown whether this was stored"


class Internal(Refusal):
    """A defect."""

    slug = "internal"
    title = "Something went wrong"


class FieldErrorView(TypedDict):
    """One field that is wrong."""

    field: Annotated[str, Field(description="The field as a dotted path; empty for the document itself.")]
    message: Annotated[str, Field(description="What is wrong with it, in words.")]
    key: NotRequired[
        Annotated[str, Field(description="The id of its record in a roster, the key of its item in a batch.")]
    ]


class Problem(TypedDict):
    """RFC 9457 problem details."""

    type: Annotated[str, Field(description="`urn:careroute:problem:` and a fixed code.")]
    title: Annotated[str, Field(description="The kind of problem, in words.")]
    status: Annotated[int, Field(description="The status of the response.")]
    detail: Annotated[str, Field(description="What is wrong with this request, in words.")]
    errors: Annotated[list[FieldErrorView], Field(description="The fields that are wrong.")]
    reason: NotRequired[Annotated[str, Field(description="Why the message or reply was refused, as a fixed code.")]]
    form: NotRequired[Annotated[ComposeFormView, Field(description="The compose form as it is now.")]]
    entry: NotRequired[
        Annotated[
            EntryView,
            Field(
                description="A colleague's answer that was sent in the meantime. Not present if this person's delivery "
                "doesn't show it."
            ),
        ]
    ]


PROBLEM = TypeAdapter(Problem)


def problem_of(refusal: Refusal) -> Problem:
    """The document that says what was refused."""
    problem = Problem(
        type=f"urn:careroute:problem:{refusal.slug}",
        title=refusal.title,
        status=STATUSES[refusal.slug],
        detail=refusal.detail,
        errors=[_field(error) for error in refusal.errors],
    )
    if isinstance(refusal, FormRefused):
        problem["reason"] = refusal.reason
        problem["form"] = render_refused_form(refusal.form)
    if isinstance(refusal, ReplyRefused):
        problem["reason"] = refusal.reason
    if isinstance(refusal, SeenTooLittle) and refusal.entry is not None:
        problem["entry"] = EntryView.of(refusal.entry)
    return problem


def _field(error: FieldError) -> FieldErrorView:
    shown = FieldErrorView(field=error.field, message=error.message)
    if error.key is not None:
        shown["key"] = error.key
    return shown


def refusal_of(error: Exception) -> Refusal:
    """The refusal for an error; for an unexpected one, it says only that it happened."""
    match error:
        case Refusal():
            return error
        case IllegalTransitionError():
            return Conflict("The current state doesn't allow this.")
        case UnknownOutcomeError():
            return UnknownOutcome("Repeat the request; with the same idempotency keys nothing is stored twice.")
        case UnavailableError():
            return Unavailable("This can't be done now; nothing was stored. Repeat the request.")
    return Internal("The request could not be handled. It has been recorded.")


def answer(error: Exception, headers: Mapping[str, str] | None = None) -> Response:
    """The response for an error."""
    refusal = refusal_of(error)
    problem = problem_of(refusal)
    more = {**(headers or {}), **retry_headers(refusal)}
    if isinstance(refusal, Unauthenticated):
        more["WWW-Authenticate"] = "Bearer"
    return Response(PROBLEM.dump_json(problem, by_alias=True), problem["status"], SAFE_HEADERS | more, MEDIA_TYPE)


def retry_headers(refusal: Refusal) -> Mapping[str, str]:
    """When to send the request again; empty where waiting doesn't help."""
    match refusal:
        case Busy() | Unavailable() | UnknownOutcome():
            return {"Retry-After": RETRY_SECONDS}
        case TooManyRequests(headers=headers):
            return headers
        case TrialsUsedUp(retry_seconds=seconds):
            return {"Retry-After": str(seconds)}
    return {}


def add_handlers(app: FastAPI) -> None:
    """Answer every error of the application with a problem."""
    for kind in (Refusal, IllegalTransitionError, UnknownOutcomeError, UnavailableError, Exception):
        app.add_exception_handler(kind, _known)
    app.add_exception_handler(RequestValidationError, _wrong_parameters)
    app.add_exception_handler(HTTPException, answer_framework)
    app.add_exception_handler(ClientDisconnect, _gone)


async def _known(_request: Request, error: Exception) -> Response:
    return answer(error)


async def _wrong_parameters(_request: Request, error: Exception) -> Response:
    found: list[dict[str, Any]] = list(error.errors()) if isinstance(error, RequestValidationError) else []
    # The first part of a place says whether it is in the path, the query or the headers.
    errors = in_words([(one["type"], one["loc"][1:], one.get("ctx", {}), one["msg"]) for one in found])
    return answer(Invalid("The request is not valid.", errors))


async def answer_framework(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: an address or a method that isn't there."""
    status = error.status_code if isinstance(error, HTTPException) else 0
    if status == STATUSES["not-found"]:
        return answer(NotFound("There is no such address."))
    if status == STATUSES["method-not-allowed"]:
        return answer(MethodNotAllowed("See /docs for the available calls."), {"Allow": allowed_methods(request)})
    return answer(Invalid("The request can't be read."))


def allowed_methods(request: Request) -> str:
    """Every method that the address of a request has, whichever route each belongs to."""
    found = {"HEAD"} if "GET" in (methods := set(_methods_at(request))) else set()
    return ", ".join(sorted(methods | found))


def _methods_at(request: Request) -> Iterator[str]:
    for route in request.app.routes:
        match, _ = route.matches(request.scope)
        if match is not Match.NONE:
            yield from getattr(route, "methods", None) or ()


async def _gone(_request: Request, _error: Exception) -> Response:
    return Response(status_code=CLIENT_GONE)
