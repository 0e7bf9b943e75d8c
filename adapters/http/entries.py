"""Entries of a conversation."""

from uuid import UUID

from pydantic import Field

from adapters.http.view import UtcTime, View
from router.messages.conversation import Author, Entry


class EntryView(View):
    """One entry of a conversation, as the patient's side reads it."""

    id: UUID = Field(description="The entry's id; a message's entry has the id of the message.")
    shown_as: str = Field(alias="from", description="The author's name as the patient's side sees it.")
    kind: Author = Field(description="Who wrote it.")
    at: UtcTime = Field(description="When it was written.")
    body: str = Field(description="The text.")

    @classmethod
    def of(cls, entry: Entry) -> "EntryView":
        """Show one entry."""
        return cls(id=entry.id, shown_as=entry.shown_as, kind=entry.author, at=entry.at, body=entry.body)
