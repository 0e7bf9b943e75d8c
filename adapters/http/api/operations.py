"""What waits and what is stuck in the key's practice. Ids only."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from typing_extensions import TypedDict

from adapters.documents.fields import moment_text
from adapters.http.auth import OpsCaller
from adapters.http.cursors import DEFAULT_LIMIT, Cursor, Limit, after_id, id_in
from adapters.http.description import problems
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import ItemId
from router.flows.operator.operations import Status
from router.operations.status import ParkedItem

LISTING = "parked"

routes = APIRouter(tags=["operations"])


class QueueShape(TypedDict):
    """What waits in one queue, and since when the oldest is due."""

    queue: str
    waiting: int
    oldest: str | None
    age_seconds: float


class ParkedCountShape(TypedDict):
    """How many are parked for one reason."""

    kind: str
    reason: str
    count: int


class QuarantinedCountShape(TypedDict):
    """How many messages of the broker intake could not be taken, for one reason."""

    reason: str
    count: int


class WorkerShape(TypedDict):
    """A worker process that gave a sign of life lately."""

    id: str
    queues: str
    seen_at: str


class RelayShape(TypedDict):
    """Until when sending pauses because the mail relay doesn't work, and what it said; null when it works."""

    paused_until: str | None
    answer: str | None


class BacklogShape(TypedDict):
    """What waits in the practice; workers and relay are those of the installation."""

    at: str
    queues: list[QueueShape]
    parked: list[ParkedCountShape]
    quarantined: list[QuarantinedCountShape]
    workers: list[WorkerShape]
    relay: RelayShape


class ParkedShape(TypedDict):
    """A message or a notification that a person must look at; `answer` is the mail server's."""

    id: str
    kind: str
    reason: str
    since: str
    answer: str | None


class ParkedListShape(TypedDict):
    """A page of what is parked, newest first."""

    items: list[ParkedShape]
    next: str | None


@routes.get("/v1/ops/backlog", summary="Read the backlog", response_model=BacklogShape, responses=problems())
def read_backlog(caller: OpsCaller, flows: FlowsOfApp) -> JSONResponse:
    """What waits, for how long, and how much is stuck."""
    return JSONResponse(_render(flows.operations.status(caller.practice)))


@routes.get("/v1/ops/parked", summary="List what is parked", response_model=ParkedListShape, responses=problems())
def list_parked(
    caller: OpsCaller, flows: FlowsOfApp, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> JSONResponse:
    """What a person must look at and why, newest first."""
    found = flows.operations.parked(caller.practice, id_in(LISTING, cursor), limit + 1)
    shown = found[:limit]
    following = after_id(LISTING, shown[-1].id) if len(found) > limit else None
    return JSONResponse(ParkedListShape(items=[_parked(one) for one in shown], next=following))


@routes.post(
    "/v1/ops/parked/{item}/requeue",
    summary="Send something parked on its way again",
    response_model=ParkedShape,
    responses=problems(404),
)
def requeue(caller: OpsCaller, item: ItemId, flows: FlowsOfApp) -> JSONResponse:
    """Route the message, or send the notification, once more. The answer says what it was."""
    return JSONResponse(_parked(flows.operations.requeue(caller.practice, item, caller.actor)))


def _render(status: Status) -> BacklogShape:
    paused = status.relay_paused_until
    return BacklogShape(
        at=moment_text(status.at),
        queues=[
            QueueShape(
                queue=one.queue,
                waiting=one.waiting,
                oldest=moment_text(one.oldest) if one.oldest else None,
                age_seconds=round(status.age_seconds(one.oldest), 3),
            )
            for one in status.backlog
        ],
        parked=[ParkedCountShape(kind=kind, reason=reason, count=count) for kind, reason, count in status.parked],
        quarantined=[QuarantinedCountShape(reason=reason, count=count) for reason, count in status.quarantined],
        workers=[WorkerShape(id=one.id, queues=one.queues, seen_at=moment_text(one.seen_at)) for one in status.workers],
        relay=RelayShape(paused_until=moment_text(paused) if paused else None, answer=status.relay_answer),
    )


def _parked(item: ParkedItem) -> ParkedShape:
    return ParkedShape(
        id=str(item.id), kind=item.kind, reason=item.reason, since=moment_text(item.since), answer=item.answer
    )
