"""Notes for colleagues."""

from typing import Annotated

from pydantic import Field, WithJsonSchema

from adapters.documents.document import Document, load, read
from adapters.documents.fields import Id, text_schema
from router.flows.staff.notes import NoteRequest
from router.messages.notes import MOST_MENTIONS, NOTE_LIMIT

NoteText = Annotated[str, WithJsonSchema(text_schema(NOTE_LIMIT, lines=True))]


class NoteDocument(Document):
    """A note for colleagues on a conversation."""

    staff: Annotated[Id, Field(description="The id of the member of staff who writes it.")]
    text: Annotated[NoteText, Field(description=f"The note: 1 to {NOTE_LIMIT} characters after trimming.")]
    mentions: Annotated[
        list[Id],
        Field(
            description="The ids of colleagues who get this message with the note, but no earlier entries.",
            max_length=MOST_MENTIONS,
        ),
    ] = Field(default_factory=list)


def parse_note_json(data: bytes) -> tuple[str, NoteRequest]:
    """Who writes, and the note. Raises Invalid with the fields."""
    document = read(NoteDocument, load(data))
    return document.staff, NoteRequest(document.text, tuple(document.mentions))
