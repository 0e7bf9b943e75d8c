"""Conversations as the patient's side reads them, and what happens in them."""

from uuid import UUID

from pydantic import Field

from adapters.http.api.views.topic import TopicChangeView
from adapters.http.entries import EntryView
from adapters.http.view import NextCursor, UtcTime, View
from router.flows.patient.threads import Thread
from router.messages.conversation import CannotReply
from router.messages.events import EventKind
from router.messages.states import Outcome
from router.practice.topics import Topic


class ConversationView(View):
    """A conversation as one actor sees it."""

    id: UUID = Field(description="The conversation's id.")
    patient: str = Field(description="The id of the patient whose chart it belongs to.")
    topic: Topic = Field(description="The topic of the message.")
    site: str | None = Field(description="The id of the site that it was written to; null: none.")
    subject: str = Field(description="The subject of its first message.")
    to: str = Field(description="What the patient reads in To: now.")
    private: bool = Field(description="Whether authorized users can't see it.")
    started_at: UtcTime = Field(description="When its first message was accepted.")
    last_at: UtcTime = Field(description="When its newest entry was written.")
    unread: int = Field(description="How many entries this actor has not read.")
    can_reply: bool = Field(description="Whether this actor can reply now.")
    reason: CannotReply | None = Field(
        description="Why this actor can't reply; null if they can. `conversation_full`: there is no "
        "room for another message in it; begin a new conversation instead."
    )
    answer_by: UtcTime | None = Field(
        description="When the patient was told to expect the next answer that is due; null: they weren't told a "
        "time, or no answer is due."
    )
    late: bool = Field(description="Whether that time has passed.")
    entries: list[EntryView] = Field(description="All entries, oldest first.")
    moves: list[TopicChangeView] = Field(description="When the practice moved it to another topic, oldest first.")

    @classmethod
    def of(cls, thread: Thread) -> "ConversationView":
        """Show one thread."""
        found = thread.conversation
        return cls(
            id=found.id,
            patient=found.patient,
            topic=found.topic,
            site=found.site,
            subject=found.subject,
            to=found.display_name,
            private=found.private,
            started_at=found.started_at,
            last_at=thread.entries[-1].at if thread.entries else found.started_at,
            unread=thread.unread,
            can_reply=thread.cannot_reply is None,
            reason=thread.cannot_reply,
            answer_by=thread.answer_by,
            late=thread.late,
            entries=[EntryView.of(entry) for entry in thread.entries],
            moves=[TopicChangeView.of(change) for change in thread.moves],
        )


class ConversationPageView(View):
    """A page of conversations, newest first."""

    items: list[ConversationView] = Field(description="The conversations of this page.")
    next: NextCursor


class HistoryView(View):
    """A page of one topic's conversations, oldest first. The first page has the newest conversations."""

    topic: Topic = Field(description="The topic that was requested.")
    conversations: list[ConversationView] = Field(description="Its conversations, with all their entries.")
    moved_away: list[TopicChangeView] = Field(
        description="For conversations that were moved away from this topic, their last move, oldest first. "
        "A move is on the page that covers the time when its conversation was started."
    )
    next: str | None = Field(description="Pass it as `cursor` to read older conversations; null where there are none.")


class ReadMarkView(View):
    """A conversation that was marked read."""

    id: UUID = Field(description="The conversation's id.")
    unread: int = Field(description="How many entries remain unread for this actor.")


class EventView(View):
    """Something that happened in the practice."""

    id: int = Field(description="The event's number. Numbers increase without gaps.")
    at: UtcTime = Field(description="When it happened.")
    kind: EventKind = Field(
        description="What happened. `message.finished`: staff finished the message without a reply, and no answer to "
        "it is due any more."
    )
    patient: str = Field(description="The id of the patient whose chart it belongs to.")
    conversation: UUID = Field(description="The id of the conversation.")
    message: UUID | None = Field(description="The id of the message; null if the event isn't about a single message.")
    answer_by: UtcTime | None = Field(
        description="When an answer to the message is now expected; null: the patient isn't told a time."
    )
    topic_before: Topic | None = Field(
        None, alias="from", description="For `conversation.topic_changed`, the previous topic; otherwise null."
    )
    topic_after: Topic | None = Field(
        None, alias="to", description="For `conversation.topic_changed`, the new topic; otherwise null."
    )
    outcome: Outcome | None = Field(
        None,
        description="For `message.finished`, how staff finished the message without a reply, or how they gave an "
        "answer that a reply had promised; otherwise null.",
    )


class EventPageView(View):
    """Events in order."""

    items: list[EventView] = Field(description="The events after the given one.")
    next: int = Field(description="Pass it as `after` to read the events that follow, also if `items` is empty.")


class PortalLinkView(View):
    """A link that opens the portal once."""

    url: str = Field(description="The address to redirect the browser to.")
    expires_at: UtcTime = Field(description="Until when it works.")
