"""Single patients."""

from fastapi import APIRouter

from adapters.documents.patients import (
    PatientChangeDocument,
    PatientSearchDocument,
    parse_patient_change_json,
    parse_patient_search_json,
)
from adapters.http.api.examples import PATIENT_CHANGES, PATIENT_SEARCH
from adapters.http.api.views.patients import FoundPatientsView, FoundPatientView, PatientWritingView
from adapters.http.auth import RosterCaller
from adapters.http.cursors import DEFAULT_LIMIT, Cursor, Limit, after_text, text_in
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import PatientId
from adapters.http.limits import RequestBody

LISTING = "patients"

routes = APIRouter(tags=["roster"])


@routes.post(
    "/v1/patients/search",
    operation_id="searchPatients",
    summary="Search patients",
    responses=problems(413),
    openapi_extra=takes(PatientSearchDocument, examples=PATIENT_SEARCH),
)
def search_patients(
    caller: RosterCaller, body: RequestBody, flows: FlowsOfApp, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> FoundPatientsView:
    """Find patients by name, record number or id. The audit records who was found, but not the search text."""
    sought = parse_patient_search_json(body)
    after = text_in(LISTING, cursor)
    found = flows.patients.search(caller.practice, sought, caller.actor, limit=limit, after=after)
    items = [FoundPatientView.model_validate(patient) for patient in found.patients]
    following = after_text(LISTING, items[-1].id) if found.more else None
    return FoundPatientsView(items=items, is_indexing=found.is_indexing, next=following)


@routes.patch(
    "/v1/patients/{patient:path}",
    operation_id="updatePatient",
    summary="Stop a patient from writing, or let them write",
    responses=problems(404, 413),
    openapi_extra=takes(PatientChangeDocument, examples=PATIENT_CHANGES),
)
def change_patient(
    caller: RosterCaller, patient: PatientId, body: RequestBody, flows: FlowsOfApp
) -> PatientWritingView:
    """Stop a patient, and everyone who acts for them, from writing, or let them write again.

    They can still read. Roster imports don't change this.
    """
    change = parse_patient_change_json(body)
    return PatientWritingView.of(flows.patients.change_writing(caller.practice, patient, change, caller.actor))
