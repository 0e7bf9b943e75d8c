"""A whole conversation as staff read it."""

from collections.abc import Mapping
from uuid import UUID

from pydantic import Field

from adapters.http.api.views.notes import StaffNoteView
from adapters.http.api.views.people import PersonView
from adapters.http.api.views.topic import StaffTopicChangeView
from adapters.http.entries import EntryView
from adapters.http.view import UtcTime, View
from router.flows.staff.conversation import StaffThread
from router.messages.cascade import HandOver
from router.messages.conversation import Author, Entry
from router.messages.hand_overs import NoteOnHandOver
from router.practice.topics import Topic


class StaffEntryView(View):
    """An entry with its real author."""

    entry: EntryView = Field(description="The entry as the patient's side reads it.")
    author: PersonView | None = Field(description="The member of staff who wrote it; null: the patient's side did.")
    shown_as: str = Field(description="The name that the patient's side reads.")

    @classmethod
    def of(cls, entry: Entry, names: Mapping[str, str]) -> "StaffEntryView":
        """Show one entry; `names` holds the names of staff by id."""
        author = entry.author_id if entry.author is Author.STAFF else None
        return cls(entry=EntryView.of(entry), author=PersonView.of(author, names), shown_as=entry.shown_as)


class HandOverNoteView(View):
    """A hand-over between members of staff."""

    at: UtcTime = Field(description="When it happened.")
    message: UUID = Field(description="The id of the message that was handed over.")
    kind: HandOver = Field(description="What led to it: a forward, an absence, a step of the ladder, …")
    giver: PersonView | None = Field(description="Who had it; they may have kept it.")
    taker: PersonView | None = Field(description="Who got it.")
    note: str | None = Field(description="A note for staff only; null: none.")

    @classmethod
    def of(cls, note: NoteOnHandOver, names: Mapping[str, str]) -> "HandOverNoteView":
        """Show one hand-over; `names` holds the names of staff by id."""
        giver, taker = PersonView.of(note.giver, names), PersonView.of(note.taker, names)
        return cls(at=note.at, message=note.message, kind=note.kind, giver=giver, taker=taker, note=note.note)


class StaffConversationView(View):
    """The conversation of a delivery, with staff notes."""

    id: UUID = Field(description="The conversation's id.")
    topic: Topic = Field(description="The topic of the message.")
    subject: str = Field(description="The subject of its first message.")
    to: str = Field(description="What the patient reads in To:.")
    private: bool = Field(description="Whether authorized users can't see it.")
    owner: PersonView | None = Field(description="Who owns the conversation; null: nobody.")
    entries: list[StaffEntryView] = Field(description="The entries, oldest first.")
    notes: list[HandOverNoteView] = Field(description="The hand-overs, oldest first.")
    staff_notes: list[StaffNoteView] = Field(description="What colleagues wrote to each other, oldest first.")
    moves: list[StaffTopicChangeView] = Field(description="When it was moved to another topic, oldest first.")
    has_earlier: bool = Field(description="Whether earlier entries are left out; `earlier=true` shows them.")

    @classmethod
    def of(cls, thread: StaffThread) -> "StaffConversationView":
        """Show one thread."""
        found, names = thread.conversation, thread.names
        return cls(
            id=found.id,
            topic=found.topic,
            subject=found.subject,
            to=found.display_name,
            private=found.private,
            owner=PersonView.of(found.owner, names),
            entries=[StaffEntryView.of(entry, names) for entry in thread.entries],
            notes=[HandOverNoteView.of(note, names) for note in thread.notes],
            staff_notes=[StaffNoteView.of(note, names) for note in thread.staff_notes],
            moves=[StaffTopicChangeView.of_staff(move, names) for move in thread.moves],
            has_earlier=thread.has_earlier,
        )
