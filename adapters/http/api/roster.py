"""The roster of a practice, single members of staff, and their absences."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from typing_extensions import TypedDict

from adapters.documents.fields import moment_text
from adapters.documents.roster import RosterBody as RosterBodyDocument
from adapters.documents.roster import parse_roster_json
from adapters.documents.staff import AbsenceDocument, StaffChangeDocument, parse_absence_json, parse_staff_change_json
from adapters.http.api.departures import DepartureShape, GapShape, render_departures, render_gaps
from adapters.http.auth import AbsenceCaller, RosterCaller
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import StaffId
from adapters.http.limits import RequestBody, RosterBody
from router.coverage.gaps import Gap
from router.flows.administrator.roster import Imported, StaffChanged
from router.practice.availability import Absence
from router.practice.people import Patient, Site, Staff
from router.practice.roster import Changes, Mode

routes = APIRouter(tags=["roster"])


class SiteCountsShape(TypedDict):
    """What happened to the sites."""

    created: int
    updated: int
    hidden: int
    unchanged: int


class CountsShape(TypedDict):
    """What happened to the staff or to the patients."""

    created: int
    updated: int
    deactivated: int
    unchanged: int


class WarningShape(TypedDict):
    """What was stored and may not work; `field` is a dotted path."""

    field: str
    message: str


class ImportedShape(TypedDict):
    """What a roster did; on a dry run, what it would do. `gaps` are those that it opens."""

    dry_run: bool
    sites: SiteCountsShape
    staff: CountsShape
    patients: CountsShape
    departures: list[DepartureShape]
    gaps: list[GapShape]
    warnings: list[WarningShape]


class StaffShape(TypedDict):
    """A member of staff."""

    id: str
    name: str
    email: str | None
    title: str | None
    roles: list[str]
    active: bool


class ChangedStaffShape(StaffShape):
    """A member of staff after a change, what hung on them if they left, and the gaps that it opens."""

    departure: DepartureShape | None
    gaps: list[GapShape]


class AbsenceShape(TypedDict("Period", {"from": str})):
    """An absence, and the gaps that it opens when it begins."""

    staff: str
    until: str
    cover: str | None
    gaps: list[GapShape]


@routes.put(
    "/v1/roster",
    summary="Bring the roster up to date",
    response_model=ImportedShape,
    responses=problems(409, 413),
    openapi_extra=takes(RosterBodyDocument),
)
def put_roster(  # noqa: PLR0913 - these are the parameters of the call.
    caller: RosterCaller,
    body: RosterBody,
    flows: FlowsOfApp,
    *,
    mode: Annotated[Mode, Query(description="`replace` also deactivates whom the document doesn't name.")] = Mode.MERGE,
    dry_run: Annotated[bool, Query(description="Say what would happen, store nothing.")] = False,
    allow_deactivate: Annotated[bool, Query(description="Let a replace deactivate many.")] = False,
) -> JSONResponse:
    """Store sites, staff and patients with their care teams: all or nothing, and repeatable."""
    imported = flows.roster.bring_up_to_date(
        caller.practice,
        parse_roster_json(body),
        mode,
        caller.actor,
        dry_run=dry_run,
        allow_deactivate=allow_deactivate,
    )
    return JSONResponse(_render(imported))


@routes.patch(
    "/v1/staff/{staff:path}",
    summary="Change a member of staff",
    response_model=ChangedStaffShape,
    responses=problems(404, 413),
    openapi_extra=takes(StaffChangeDocument),
)
def change_staff(caller: RosterCaller, staff: StaffId, body: RequestBody, flows: FlowsOfApp) -> JSONResponse:
    """Change the fields that are named. Deactivating somebody returns what they have not done to the cascade."""
    changed = flows.roster.change_staff(caller.practice, staff, parse_staff_change_json(body), caller.actor)
    return JSONResponse(_render_staff(changed))


@routes.put(
    "/v1/staff/{staff:path}/absence",
    summary="Set an absence",
    response_model=AbsenceShape,
    responses=problems(404, 413),
    openapi_extra=takes(AbsenceDocument),
)
def put_absence(caller: AbsenceCaller, staff: StaffId, body: RequestBody, flows: FlowsOfApp) -> JSONResponse:
    """Set somebody's one absence, in place of the one that they had."""
    absence = parse_absence_json(body, staff)
    gaps = flows.roster.set_absence(caller.practice, absence, caller.actor)
    return JSONResponse(_render_absence(absence, gaps))


@routes.delete(
    "/v1/staff/{staff:path}/absence",
    status_code=204,
    summary="Take an absence away",
    responses=problems(404),
)
def delete_absence(caller: AbsenceCaller, staff: StaffId, flows: FlowsOfApp) -> Response:
    """Somebody is back."""
    flows.roster.end_absence(caller.practice, staff, caller.actor)
    return Response(status_code=204)


def _render(imported: Imported) -> ImportedShape:
    change = imported.change
    sites = change.sites
    return ImportedShape(
        dry_run=imported.dry_run,
        sites=SiteCountsShape(
            created=len(sites.created),
            updated=len(sites.updated),
            hidden=len(sites.deactivated),
            unchanged=sites.unchanged,
        ),
        staff=_counts(change.staff),
        patients=_counts(change.patients),
        departures=render_departures(imported.impact.departures),
        gaps=render_gaps(imported.impact.gaps),
        warnings=[WarningShape(field=one.field, message=one.message) for one in imported.warnings],
    )


def _counts(changes: Changes[Staff] | Changes[Patient] | Changes[Site]) -> CountsShape:
    return CountsShape(
        created=len(changes.created),
        updated=len(changes.updated),
        deactivated=len(changes.deactivated),
        unchanged=changes.unchanged,
    )


def _render_staff(changed: StaffChanged) -> ChangedStaffShape:
    staff = changed.staff
    departures = render_departures(changed.impact.departures)
    return ChangedStaffShape(
        id=staff.id,
        name=staff.name,
        email=staff.email,
        title=staff.title,
        roles=sorted(role.value for role in staff.roles),
        active=staff.active,
        departure=departures[0] if departures else None,
        gaps=render_gaps(changed.impact.gaps),
    )


def _render_absence(absence: Absence, gaps: Iterable[Gap]) -> AbsenceShape:
    return {
        "staff": absence.staff,
        "from": moment_text(absence.begins),
        "until": moment_text(absence.ends),
        "cover": absence.cover,
        "gaps": render_gaps(gaps),
    }
