"""Members of staff, one by one. The address of one of them comes after those of their inboxes, which are longer."""

from fastapi import APIRouter

from adapters.documents.roster import StaffDocument
from adapters.documents.staff import parse_new_staff_json
from adapters.http.api.examples import NEW_STAFF
from adapters.http.api.views.roster import StaffPageView, StaffView
from adapters.http.auth import RosterCaller
from adapters.http.cursors import DEFAULT_LIMIT, Cursor, Limit, after_text, number_in, text_in
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import StaffId
from adapters.http.limits import RequestBody
from router.errors import Invalid

# Cursors of the release before say under the first name how many come earlier, those of today who is the last of them.
LISTING_BY_NUMBER, LISTING = "staff", "staff-after"

routes = APIRouter(tags=["roster"])


@routes.get("/v1/staff", operation_id="listStaff", summary="List the staff", responses=problems())
def list_staff(
    caller: RosterCaller, flows: FlowsOfApp, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> StaffPageView:
    """All members of staff, ordered by id, including those who have left."""
    after, skip = _place_in(cursor)
    page = flows.staff.page(caller.practice, after, limit, skip=skip)
    following = after_text(LISTING, page.members[-1].id) if page.more else None
    return StaffPageView(items=[StaffView.of_staff(member) for member in page.members], next=following)


def _place_in(cursor: str | None) -> tuple[str | None, int]:
    """After whose id the page begins, and how many it leaves out besides. Raises Invalid."""
    try:
        return text_in(LISTING, cursor), 0
    except Invalid:
        return None, number_in(LISTING_BY_NUMBER, cursor) or 0


@routes.post(
    "/v1/staff",
    status_code=201,
    operation_id="addStaff",
    summary="Add a member of staff",
    responses=problems(409, 413),
    openapi_extra=takes(StaffDocument, examples=NEW_STAFF),
)
def add_staff(caller: RosterCaller, body: RequestBody, flows: FlowsOfApp) -> StaffView:
    """Add a member of staff. An id that is taken is refused with 409; use `PATCH` to change existing staff."""
    return StaffView.of_staff(flows.staff.add(caller.practice, parse_new_staff_json(body), caller.actor))


@routes.get(
    "/v1/staff/{staff:path}",
    operation_id="getStaff",
    summary="Get a member of staff",
    responses=problems(404),
)
def get_staff(caller: RosterCaller, staff: StaffId, flows: FlowsOfApp) -> StaffView:
    """One member of staff."""
    member, _ = flows.staff.find(caller.practice, staff)
    return StaffView.of_staff(member)
