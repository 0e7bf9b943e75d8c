"""Conversations on the patient's side: threads, the history of a topic, read marks, and events for frontends."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from typing_extensions import TypedDict

from adapters.documents.fields import moment_text
from adapters.documents.replies import ActorDocument, parse_actor_json
from adapters.http.auth import PortalCaller
from adapters.http.cursors import DEFAULT_LIMIT, Cursor, Limit, after_position, position_in
from adapters.http.description import problems, takes
from adapters.http.entries import EntryShape, render_entry
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import ConversationId, PatientId
from adapters.http.limits import RequestBody
from router.flows.patient.threads import Thread
from router.messages.conversation import PatientRef
from router.practice.topics import Topic

LISTING = "conversations"

routes = APIRouter(tags=["conversations"])

Actor = Annotated[str | None, Query(description="The authorized user who reads; absent: the patient.")]


class ThreadShape(TypedDict):
    """A conversation as one actor sees it; where `can_reply` is false, `reason` says why."""

    id: str
    patient: str
    topic: str
    site: str | None
    subject: str
    to: str
    private: bool
    started_at: str
    last_at: str
    unread: int
    can_reply: bool
    reason: str | None
    entries: list[EntryShape]


class ThreadsShape(TypedDict):
    """A page of conversations, newest first."""

    items: list[ThreadShape]
    next: str | None


class HistoryShape(TypedDict):
    """The conversations of one topic, oldest first."""

    topic: str
    conversations: list[ThreadShape]


class ReadShape(TypedDict):
    """A conversation that was marked read."""

    id: str
    unread: int


class EventShape(TypedDict):
    """Something that happened; the ids count up without gaps."""

    id: int
    at: str
    kind: str
    patient: str
    conversation: str
    message: str | None


class EventsShape(TypedDict):
    """Events in order; `next` is what to ask after the next time."""

    items: list[EventShape]
    next: int


@routes.get(
    "/v1/patients/{patient:path}/conversations",
    summary="List conversations",
    response_model=ThreadsShape,
    responses=problems(404),
)
def list_conversations(  # noqa: PLR0913, PLR0917 - these are the parameters of the call.
    caller: PortalCaller,
    patient: PatientId,
    flows: FlowsOfApp,
    actor: Actor = None,
    topic: Topic | None = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> JSONResponse:
    """A patient's conversations that this actor may read, newest first."""
    before = position_in(LISTING, cursor)
    threads, following = flows.conversations.threads(
        PatientRef(caller.practice, patient, actor, caller.actor), topic, before, limit
    )
    next_cursor = after_position(LISTING, following) if following else None
    return JSONResponse(ThreadsShape(items=[_render(one) for one in threads], next=next_cursor))


@routes.get(
    "/v1/conversations/{conversation}",
    summary="Read a conversation",
    response_model=ThreadShape,
    responses=problems(404),
)
def read_conversation(
    caller: PortalCaller, conversation: ConversationId, flows: FlowsOfApp, actor: Actor = None
) -> JSONResponse:
    """The whole thread, entries oldest first. An actor who may not read it hears the same as if it weren't there."""
    return JSONResponse(_render(flows.conversations.thread(caller.practice, conversation, actor, caller.actor)))


@routes.post(
    "/v1/conversations/{conversation}/read",
    summary="Mark a conversation read",
    response_model=ReadShape,
    responses=problems(404, 413),
    openapi_extra=takes(ActorDocument),
)
def mark_conversation_read(
    caller: PortalCaller, conversation: ConversationId, body: RequestBody, flows: FlowsOfApp
) -> JSONResponse:
    """This actor has read everything in it. Repeatable."""
    flows.conversations.mark_read(caller.practice, conversation, parse_actor_json(body), caller.actor)
    return JSONResponse(ReadShape(id=str(conversation), unread=0))


@routes.get(
    "/v1/patients/{patient:path}/history",
    summary="Read the history of a topic",
    response_model=HistoryShape,
    responses=problems(404),
)
def read_history(
    caller: PortalCaller, patient: PatientId, topic: Topic, flows: FlowsOfApp, actor: Actor = None
) -> JSONResponse:
    """The entries of all conversations of one topic, whatever has been switched off or renamed since."""
    threads = flows.conversations.history(PatientRef(caller.practice, patient, actor, caller.actor), topic)
    return JSONResponse(HistoryShape(topic=topic.value, conversations=[_render(one) for one in threads]))


@routes.get("/v1/events", summary="Follow what happens", response_model=EventsShape, responses=problems())
def follow_events(
    caller: PortalCaller,
    flows: FlowsOfApp,
    after: Annotated[int, Query(ge=0, description="The id of the last event that was seen.")] = 0,
    limit: Limit = DEFAULT_LIMIT,
) -> JSONResponse:
    """Replies and changes of status in the practice, in order, each once."""
    events = flows.conversations.events(caller.practice, after, limit)
    items = [
        EventShape(
            id=one.number,
            at=moment_text(one.at),
            kind=one.kind.value,
            patient=one.patient,
            conversation=str(one.conversation),
            message=str(one.message) if one.message else None,
        )
        for one in events
    ]
    return JSONResponse(EventsShape(items=items, next=events[-1].number if events else after))


def _render(thread: Thread) -> ThreadShape:
    found = thread.conversation
    return ThreadShape(
        id=str(found.id),
        patient=found.patient,
        topic=found.topic.value,
        site=found.site,
        subject=found.subject,
        to=found.display_name,
        private=found.private,
        started_at=moment_text(found.started_at),
        last_at=moment_text(thread.entries[-1].at if thread.entries else found.started_at),
        unread=thread.unread,
        can_reply=thread.cannot_reply is None,
        reason=thread.cannot_reply.value if thread.cannot_reply else None,
        entries=[render_entry(one) for one in thread.entries],
    )
