"""Searching an inbox."""

from fastapi import APIRouter

from adapters.documents.inbox_search import InboxSearchDocument, parse_inbox_search_json
from adapters.http.api.examples import INBOX_SEARCHES
from adapters.http.api.views.search import LISTING, FoundView
from adapters.http.auth import InboxCaller
from adapters.http.cursors import DEFAULT_LIMIT, Cursor, Limit, position_in
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import StaffId
from adapters.http.limits import RequestBody
from router.messages.inbox import InboxRef

routes = APIRouter(tags=["inbox"])


@routes.post(
    "/v1/staff/{staff:path}/inbox/search",
    operation_id="searchInbox",
    summary="Search an inbox",
    responses=problems(404, 413),
    openapi_extra=takes(InboxSearchDocument, examples=INBOX_SEARCHES),
)
def search(  # noqa: PLR0913, PLR0917 - these are the parameters of the call.
    caller: InboxCaller,
    staff: StaffId,
    body: RequestBody,
    flows: FlowsOfApp,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> FoundView:
    """Search one person's own deliveries by words, patient, topic, site and time.

    Case, accents and different ways of writing a letter make no difference. The search covers the newest 20,000
    deliveries; pass `next` to search older ones. The audit records that somebody searched, but not the words.
    """
    wanted = parse_inbox_search_json(body)
    inbox = InboxRef(caller.practice, staff, caller.actor)
    return FoundView.of(flows.search_inbox.search(inbox, wanted, position_in(LISTING, cursor), limit))
