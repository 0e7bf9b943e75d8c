"""The roster of a practice, single members of staff, and their absences."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from adapters.documents.roster import RosterBody as RosterBodyDocument
from adapters.documents.roster import parse_roster_json
from adapters.documents.staff import AbsenceDocument, StaffChangeDocument, parse_absence_json, parse_staff_change_json
from adapters.http.api.examples import ABSENCE, ROSTER, STAFF_CHANGES
from adapters.http.api.views.roster import AbsenceView, ChangedStaffView, RosterResultView
from adapters.http.auth import AbsenceCaller, RosterCaller
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import StaffId
from adapters.http.limits import RequestBody, RosterBody
from router.flows.administrator.roster_import import RosterImport
from router.practice.roster import Mode

routes = APIRouter(tags=["roster"])


class RosterTerms(BaseModel):
    """How a roster is imported. A parameter that isn't known is refused: `dryRun` would store what it only asks for."""

    model_config = ConfigDict(extra="forbid")

    mode: Mode = Field(Mode.MERGE, description="`replace` also deactivates people who aren't in the body.")
    dry_run: bool = Field(default=False, description="Returns what would happen and stores nothing.")
    allow_deactivate: bool = Field(default=False, description="Lets a replace deactivate many people.")


@routes.put(
    "/v1/roster",
    operation_id="importRoster",
    summary="Import a roster",
    responses=problems(409, 413),
    openapi_extra=takes(RosterBodyDocument, examples=ROSTER),
)
def put_roster(
    caller: RosterCaller, body: RosterBody, flows: FlowsOfApp, terms: Annotated[RosterTerms, Query()]
) -> RosterResultView:
    """Store sites, staff and patients with their care teams: all or nothing, and repeatable."""
    request = RosterImport(
        document=parse_roster_json(body),
        mode=terms.mode,
        dry_run=terms.dry_run,
        allow_deactivate=terms.allow_deactivate,
    )
    return RosterResultView.of(flows.roster.bring_up_to_date(caller.practice, request, caller.actor))


@routes.patch(
    "/v1/staff/{staff:path}",
    operation_id="updateStaff",
    summary="Change a member of staff",
    responses=problems(404, 413),
    openapi_extra=takes(StaffChangeDocument, examples=STAFF_CHANGES),
)
def change_staff(caller: RosterCaller, staff: StaffId, body: RequestBody, flows: FlowsOfApp) -> ChangedStaffView:
    """Change the given fields. Deactivating somebody routes their unfinished messages again."""
    changed = flows.roster.change_staff(caller.practice, staff, parse_staff_change_json(body), caller.actor)
    return ChangedStaffView.of(changed)


@routes.put(
    "/v1/staff/{staff:path}/absence",
    operation_id="setAbsence",
    summary="Set an absence",
    responses=problems(404, 413),
    openapi_extra=takes(AbsenceDocument, examples=ABSENCE),
)
def put_absence(caller: AbsenceCaller, staff: StaffId, body: RequestBody, flows: FlowsOfApp) -> AbsenceView:
    """Set somebody's absence, replacing any earlier one."""
    absence = parse_absence_json(body, staff)
    return AbsenceView.of(absence, flows.roster.set_absence(caller.practice, absence, caller.actor))


@routes.delete(
    "/v1/staff/{staff:path}/absence",
    status_code=204,
    operation_id="deleteAbsence",
    summary="Delete an absence",
    responses=problems(404),
)
def delete_absence(caller: AbsenceCaller, staff: StaffId, flows: FlowsOfApp) -> Response:
    """Delete somebody's absence, because they are back."""
    flows.roster.end_absence(caller.practice, staff, caller.actor)
    return Response(status_code=204)
