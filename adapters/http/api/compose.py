"""The compose form of one patient."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from adapters.http.auth import PortalCaller
from adapters.http.description import problems
from adapters.http.flows import FlowsOfApp
from adapters.http.forms import FormShape, render_form
from adapters.http.ids import PatientId, practice_id

routes = APIRouter(tags=["messages"])


@routes.get(
    "/v1/patients/{patient:path}/compose",
    summary="Read a patient's compose form",
    response_model=FormShape,
    responses=problems(404),
)
def read_form(
    caller: PortalCaller,
    patient: PatientId,
    flows: FlowsOfApp,
    site: Annotated[str | None, Query(description="One of the patient's sites; absent: the home site.")] = None,
    actor: Annotated[str | None, Query(description="The authorized user who writes; absent: the patient.")] = None,
) -> JSONResponse:
    """Say what may be written now: the topics that are on, and for each a fixed To: or a choice.

    `readers` tells who else can read what is written.
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
