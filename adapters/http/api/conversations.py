"""Conversations on the patient's side: threads, the history of a topic, read marks, and events for frontends."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from adapters.documents.replies import ReadMarkDocument, parse_read_mark_json
from adapters.http.api.examples import ACTORS
from adapters.http.api.views.conversations import (
    ConversationPageView,
    ConversationView,
    EventPageView,
    EventView,
    HistoryView,
    ReadMarkView,
)
from adapters.http.api.views.topic import TopicChangeView
from adapters.http.auth import PortalCaller
from adapters.http.cursors import (
    DEFAULT_LIMIT,
    LARGEST_LIMIT,
    LARGEST_NUMBER,
    Cursor,
    Limit,
    after_position,
    position_in,
)
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.ids import ConversationId, PatientId, PracticeId, an_example
from adapters.http.limits import RequestBody
from router.messages.conversation import PatientRef
from router.messages.events import KNOWN_BEFORE, Event, EventKind
from router.messages.states import Outcome
from router.practice.topics import Topic

LISTING = "conversations"

routes = APIRouter(tags=["conversations"])

Actor = Annotated[
    PracticeId | None, Query(description="The id of the authorized user who reads. Omit it for the patient.")
]


@routes.get(
    "/v1/patients/{patient:path}/conversations",
    operation_id="listConversations",
    summary="List conversations",
    responses=problems(404),
)
def list_conversations(  # noqa: PLR0913, PLR0917 - these are the parameters of the call.
    caller: PortalCaller,
    patient: PatientId,
    flows: FlowsOfApp,
    actor: Actor = None,
    topic: Annotated[Topic | None, Query(description="Only conversations of this topic.")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> ConversationPageView:
    """A patient's conversations that this actor may read, newest first."""
    before = position_in(LISTING, cursor)
    threads, following = flows.conversations.threads(
        PatientRef(caller.practice, patient, actor, caller.actor), topic, before, limit
    )
    next_cursor = after_position(LISTING, following) if following else None
    return ConversationPageView(items=[ConversationView.of(thread) for thread in threads], next=next_cursor)


@routes.get(
    "/v1/conversations/{conversation}",
    operation_id="getConversation",
    summary="Get a conversation",
    responses=problems(404),
)
def read_conversation(
    caller: PortalCaller, conversation: ConversationId, flows: FlowsOfApp, actor: Actor = None
) -> ConversationView:
    """The whole conversation, entries oldest first. 404 if this actor may not read it."""
    return ConversationView.of(flows.conversations.thread(caller.practice, conversation, actor, caller.actor))


@routes.post(
    "/v1/conversations/{conversation}/read",
    operation_id="markConversationRead",
    summary="Mark a conversation read",
    responses=problems(404, 413),
    openapi_extra=takes(ReadMarkDocument, examples=ACTORS, required=False),
)
def mark_conversation_read(
    caller: PortalCaller, conversation: ConversationId, body: RequestBody, flows: FlowsOfApp
) -> ReadMarkView:
    """Mark the entries up to `last_seen` as read by this actor; without it, all entries. Can be repeated.

    A mark never moves back: if the actor has already read further, nothing changes. 422 if `last_seen` isn't an entry
    of this conversation.
    """
    actor, last_seen = parse_read_mark_json(body)
    unread = flows.conversations.mark_read(caller.practice, conversation, actor, caller.actor, last_seen)
    return ReadMarkView(id=conversation, unread=unread)


@routes.get(
    "/v1/patients/{patient:path}/history",
    operation_id="getTopicHistory",
    summary="Get the history of a topic",
    responses=problems(404),
)
def read_history(  # noqa: PLR0913, PLR0917 - these are the parameters of the call.
    caller: PortalCaller,
    patient: PatientId,
    topic: Annotated[Topic, Query(description="The topic.", openapi_examples=an_example("medication"))],
    flows: FlowsOfApp,
    actor: Actor = None,
    cursor: Cursor = None,
    limit: Limit = LARGEST_LIMIT,
) -> HistoryView:
    """The entries of the conversations of one topic, even if it has been switched off or renamed since.

    Without `cursor`, the newest conversations, at most `limit`; `next` leads to older ones.
    """
    ref, listing = PatientRef(caller.practice, patient, actor, caller.actor), f"history-{topic}"
    page = flows.conversations.history(ref, topic, position_in(listing, cursor), limit)
    return HistoryView(
        topic=topic,
        conversations=[ConversationView.of(thread) for thread in page.threads],
        moved_away=[TopicChangeView.of(change) for change in page.moved],
        next=after_position(listing, page.following) if page.following else None,
    )


@routes.get(
    "/v1/events",
    operation_id="listEvents",
    summary="List events",
    responses=problems(),
)
def list_events(
    caller: PortalCaller,
    flows: FlowsOfApp,
    after: Annotated[int, Query(ge=0, le=LARGEST_NUMBER, description="`next` of the previous response.")] = 0,
    kinds: Annotated[
        list[EventKind] | None,
        Query(
            description="Only these kinds. If omitted, all kinds except `conversation.topic_changed` and "
            "`message.finished`."
        ),
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
) -> EventPageView:
    """Replies and status changes in the practice, in order, each once. Poll this instead of every conversation.

    `next` may be higher than `after` although `items` is empty: there were no events of these `kinds` up to there.
    """
    page = flows.conversations.events(caller.practice, after, limit, kinds or KNOWN_BEFORE)
    return EventPageView(items=[_event_view(event) for event in page.events], next=page.next)


def _event_view(event: Event) -> EventView:
    return EventView(
        id=event.number,
        at=event.at,
        kind=event.kind,
        patient=event.patient,
        conversation=event.conversation,
        message=event.message,
        answer_by=event.answer_by,
        **_more(event),
    )


def _more(event: Event) -> dict[str, Any]:
    """The topics of a conversation that was moved, and how a message was finished."""
    match event.kind, event.more:
        case EventKind.TOPIC_CHANGED, {"from": before, "to": after}:
            return {"topic_before": Topic(before), "topic_after": Topic(after)}
        case EventKind.FINISHED, {"outcome": outcome}:
            return {"outcome": Outcome(outcome)}
    return {}
