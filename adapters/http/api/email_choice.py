"""Choosing to get emails about answers, or not to."""

from typing import Annotated

from fastapi import APIRouter, Query

from adapters.documents.email_choice import EmailChoiceDocument, parse_email_choice_json
from adapters.http.api.examples import EMAIL_CHOICES
from adapters.http.api.views.email_choice import EmailChoiceView
from adapters.http.auth import PortalCaller
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import PatientId, PracticeId
from adapters.http.limits import RequestBody
from router.messages.conversation import PatientRef

EMAIL_CHOICE = "/v1/patients/{patient:path}/email-choice"

routes = APIRouter(tags=["conversations"])


@routes.get(EMAIL_CHOICE, operation_id="getEmailChoice", summary="Get an email choice", responses=problems(404))
def read_email_choice(
    caller: PortalCaller,
    patient: PatientId,
    flows: FlowsOfApp,
    actor: Annotated[
        PracticeId | None, Query(description="The id of the authorized user. Omit it for the patient.")
    ] = None,
) -> EmailChoiceView:
    """Whether the patient or an authorized user is emailed about answers, and whether that was their own choice."""
    return EmailChoiceView.of(flows.email_choice.choice(PatientRef(caller.practice, patient, actor, caller.actor)))


@routes.put(
    EMAIL_CHOICE,
    operation_id="setEmailChoice",
    summary="Set an email choice",
    responses=problems(404, 413),
    openapi_extra=takes(EmailChoiceDocument, examples=EMAIL_CHOICES),
)
def set_email_choice(caller: PortalCaller, patient: PatientId, body: RequestBody, flows: FlowsOfApp) -> EmailChoiceView:
    """Turn emails about answers on or off for the patient or an authorized user. Roster imports don't change this.

    People can also choose in the reference portal, and turn the emails off by the link in each of them.
    """
    actor, wanted = parse_email_choice_json(body)
    ref = PatientRef(caller.practice, patient, actor, caller.actor)
    return EmailChoiceView.of(flows.email_choice.choose(ref, wanted=wanted))
