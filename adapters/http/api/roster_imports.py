"""Rosters of any size, sent in parts and applied by the workers."""

from typing import Annotated

from fastapi import APIRouter, Path

from adapters.documents.roster import RosterBody as RosterBodyDocument
from adapters.documents.roster_imports import (
    ApplyDocument,
    NewImportDocument,
    parse_apply_json,
    parse_new_import_json,
    parse_part_json,
)
from adapters.http.api.examples import ALL_PARTS, NEW_IMPORT, ROSTER
from adapters.http.api.views.roster_imports import ImportReportView, ImportView
from adapters.http.auth import RosterCaller
from adapters.http.cursors import DEFAULT_LIMIT, Cursor, Limit, after_place, place_in
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import ImportId, an_example
from adapters.http.limits import RequestBody, RosterBody
from router.coverage.staged_import import ImportRef
from router.flows.administrator.roster_staging import MOST_PARTS
from router.ports.roster_imports import NOWHERE

LISTING = "findings"

routes = APIRouter(tags=["roster"])
Number = Annotated[
    int, Path(ge=1, le=MOST_PARTS, description="The number of the part, from 1.", openapi_examples=an_example(1))
]


@routes.post(
    "/v1/roster/imports",
    status_code=201,
    operation_id="createRosterImport",
    summary="Begin an import in parts",
    responses=problems(413),
    openapi_extra=takes(NewImportDocument, examples=NEW_IMPORT),
)
def create_import(caller: RosterCaller, body: RequestBody, flows: FlowsOfApp) -> ImportView:
    """Begin an import, for rosters of more than 64 MB. An import that isn't used for a week is deleted."""
    terms = parse_new_import_json(body)
    return ImportView.of(flows.staging.begin(caller.practice, terms, caller.actor))


@routes.put(
    "/v1/roster/imports/{roster_import}/parts/{number}",
    operation_id="putRosterPart",
    summary="Send a part of a roster",
    responses=problems(404, 409, 413),
    openapi_extra=takes(RosterBodyDocument, examples=ROSTER),
)
def put_part(
    caller: RosterCaller, roster_import: ImportId, number: Number, body: RosterBody, flows: FlowsOfApp
) -> ImportView:
    """Send a part. It replaces an earlier one with the same number.

    Parts may arrive in any order and refer to each other. Each record belongs in one part only. A faulty record is
    skipped and reported by the import, and the person stays unchanged.
    """
    part = parse_part_json(body, number)
    return ImportView.of(flows.staging.put_part(ImportRef(practice=caller.practice, id=roster_import), number, part))


@routes.post(
    "/v1/roster/imports/{roster_import}/apply",
    status_code=202,
    operation_id="applyRosterImport",
    summary="Apply an import in parts",
    responses=problems(404, 409, 413),
    openapi_extra=takes(ApplyDocument, examples=ALL_PARTS),
)
def apply_import(caller: RosterCaller, roster_import: ImportId, body: RequestBody, flows: FlowsOfApp) -> ImportView:
    """Have the workers apply the import, record by record, while messages continue. Deactivations come last, together.

    Can be repeated. If it is refused partway, what was stored so far stays, and the same import can be sent again.
    """
    ref = ImportRef(practice=caller.practice, id=roster_import)
    return ImportView.of(flows.staging.apply(ref, parse_apply_json(body)))


@routes.get(
    "/v1/roster/imports/{roster_import}",
    operation_id="getRosterImport",
    summary="Get an import in parts",
    responses=problems(404),
)
def get_import(
    caller: RosterCaller,
    roster_import: ImportId,
    flows: FlowsOfApp,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> ImportReportView:
    """The import's progress, and a page of what was skipped or repaired."""
    ref = ImportRef(practice=caller.practice, id=roster_import)
    staged = flows.staging.get(ref)
    found = flows.staging.findings(ref, place_in(LISTING, cursor) or NOWHERE, limit + 1)
    following = after_place(LISTING, found[limit - 1][0]) if len(found) > limit else None
    return ImportReportView.of_page(staged, [finding for _, finding in found[:limit]], following)
