"""Trying the settings out: their gaps, and what would become of a message that nobody writes."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from typing_extensions import TypedDict

from adapters.documents.preview import PreviewDocument, parse_preview_json
from adapters.http.api.departures import GapShape, render_gaps
from adapters.http.api.trace import render_resolution
from adapters.http.api.trace_shapes import AnswerShape
from adapters.http.auth import AdminCaller
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.forms import FormShape, render_form
from adapters.http.limits import RequestBody
from router.flows.administrator.preview import PreviewResult
from router.messages.compose import FormRefused

routes = APIRouter(tags=["messaging"])


class GapsShape(TypedDict):
    """All gaps; there is no further page."""

    items: list[GapShape]
    next: None


class RefusalShape(TypedDict):
    """Why the form would refuse the message."""

    reason: str
    field: str
    message: str


class PreviewShape(TypedDict):
    """What the patient would see, and who would get it.

    `to` is null where the form would refuse the message: `refusal` says why, and `resolution` is the one that the
    message would have had. `settings_version` in it is the version that a draft would replace.
    """

    draft: bool
    form: FormShape
    to: str | None
    refusal: RefusalShape | None
    resolution: AnswerShape


@routes.get("/v1/messaging/gaps", summary="List the gaps", response_model=GapsShape, responses=problems())
def list_gaps(caller: AdminCaller, flows: FlowsOfApp) -> JSONResponse:
    """Every site and topic that is on and would now be owned by the catch-all, by one person, or by nobody.

    `patients_without_choice` says how many patients there would be offered no choice of a provider.
    """
    found = flows.preview.gaps(caller.practice, caller.actor)
    return JSONResponse(GapsShape(items=render_gaps(found), next=None))


@routes.post(
    "/v1/messaging/preview",
    summary="Try a message",
    response_model=PreviewShape,
    responses=problems(404, 413),
    openapi_extra=takes(PreviewDocument),
)
def preview_message(caller: AdminCaller, body: RequestBody, flows: FlowsOfApp) -> JSONResponse:
    """Say what a patient would see and who would get what they wrote, and why; nothing is sent.

    `messaging` tries settings that are not saved; what could not be saved is refused as saving would refuse it.
    """
    return JSONResponse(_render(flows.preview.preview(caller.practice, parse_preview_json(body), caller.actor)))


def _render(previewed: PreviewResult) -> PreviewShape:
    return PreviewShape(
        draft=previewed.drafted,
        form=render_form(previewed.form),
        to=previewed.to,
        refusal=_refusal(previewed.refusal) if previewed.refusal else None,
        resolution=render_resolution(previewed.resolution, previewed.names),
    )


def _refusal(refusal: FormRefused) -> RefusalShape:
    wrong = refusal.errors[0]
    return RefusalShape(reason=refusal.reason, field=wrong.field, message=wrong.message)
