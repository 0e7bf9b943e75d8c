"""What waits and what is stuck in the key's practice. Ids only."""

from fastapi import APIRouter

from adapters.http.api.views.operations import BacklogView, ParkedPageView, ParkedView
from adapters.http.auth import OpsCaller
from adapters.http.cursors import DEFAULT_LIMIT, Cursor, Limit, after_id, id_in
from adapters.http.description import problems
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import ItemId

LISTING = "parked"

routes = APIRouter(tags=["operations"])


@routes.get(
    "/v1/ops/backlog",
    operation_id="getBacklog",
    summary="Get the backlog",
    responses=problems(),
)
def read_backlog(caller: OpsCaller, flows: FlowsOfApp) -> BacklogView:
    """How much is waiting, for how long, and how much is stuck."""
    return BacklogView.of(flows.operations.status(caller.practice))


@routes.get(
    "/v1/ops/parked",
    operation_id="listParkedItems",
    summary="List parked items",
    responses=problems(),
)
def list_parked(
    caller: OpsCaller, flows: FlowsOfApp, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> ParkedPageView:
    """What needs a person's attention, and why, newest first."""
    found = flows.operations.parked(caller.practice, id_in(LISTING, cursor), limit + 1)
    shown = found[:limit]
    following = after_id(LISTING, shown[-1].id) if len(found) > limit else None
    return ParkedPageView(items=[ParkedView.model_validate(item) for item in shown], next=following)


@routes.post(
    "/v1/ops/parked/{item}/requeue",
    operation_id="requeueParkedItem",
    summary="Requeue a parked item",
    responses=problems(404, 409),
)
def requeue(caller: OpsCaller, item: ItemId, flows: FlowsOfApp) -> ParkedView:
    """Route the message, or send the notification, again. The response shows the item as it was while parked.

    409 for a `delivery`, which moves by itself once somebody is active, and for a `step`, of which the administrators
    have been alerted.
    """
    return ParkedView.model_validate(flows.operations.requeue(caller.practice, item, caller.actor))
