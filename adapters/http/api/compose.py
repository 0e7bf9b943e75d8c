"""The compose form of one patient."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from adapters.documents.check import CheckDocument, parse_check_json
from adapters.http.api.examples_urgency import CHECKS
from adapters.http.api.views.messages import CheckView, render_advice
from adapters.http.auth import PortalCaller
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.forms import ComposeFormView, render_form
from adapters.http.ids import PatientId, PracticeId, practice_id
from adapters.http.limits import RequestBody

routes = APIRouter(tags=["messages"])


@routes.get(
    "/v1/patients/{patient:path}/compose",
    operation_id="getComposeForm",
    summary="Get a patient's compose form",
    response_model=ComposeFormView,
    responses=problems(404),
)
def read_form(
    caller: PortalCaller,
    patient: PatientId,
    flows: FlowsOfApp,
    site: Annotated[
        PracticeId | None, Query(description="The id of one of the patient's sites. Omit it for the home site.")
    ] = None,
    actor: Annotated[
        PracticeId | None, Query(description="The id of the authorized user who writes. Omit it for the patient.")
    ] = None,
) -> JSONResponse:
    """The topics that this patient can write about now, each with a fixed To: or a choice.

    `readers` lists who else can read what is written.
    """
    return JSONResponse(
        render_form(
            flows.accept.form(
                caller.practice,
                patient,
                None if actor is None else practice_id(actor),
                None if site is None else practice_id(site),
                caller.actor,
            )
        )
    )


@routes.post(
    "/v1/patients/{patient:path}/compose/check",
    operation_id="checkMessage",
    summary="Check a message before it is sent",
    response_model=CheckView,
    responses=problems(404, 413),
    openapi_extra=takes(CheckDocument, examples=CHECKS),
)
def check(caller: PortalCaller, patient: PatientId, body: RequestBody, flows: FlowsOfApp) -> JSONResponse:
    """Return the advice that the writer should read before sending this text, if any. Nothing is stored.

    A message is never refused because of its words: it can still be sent, with `advice_seen`.
    """
    advice = flows.advice.advice(caller.practice, parse_check_json(body, patient))
    return JSONResponse(CheckView(advice=render_advice(advice)))
