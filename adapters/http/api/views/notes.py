"""Notes for colleagues."""

from collections.abc import Mapping
from uuid import UUID

from pydantic import Field

from adapters.http.api.views.people import PersonView
from adapters.http.view import UtcTime, View
from router.messages.notes import StaffNote


class StaffNoteView(View):
    """A note that a member of staff wrote for colleagues; the patient's side never reads it."""

    id: UUID = Field(description="The note's id.")
    at: UtcTime = Field(description="When it was written.")
    author: PersonView | None = Field(description="Who wrote it.")
    text: str = Field(description="The note.")
    mentions: list[PersonView] = Field(description="The colleagues whom it mentions.")

    @classmethod
    def of(cls, note: StaffNote, names: Mapping[str, str]) -> "StaffNoteView":
        """Show one note; `names` holds the names of staff by id."""
        people = (PersonView.of(one, names) for one in note.mentions)
        mentions = [person for person in people if person is not None]
        return cls(id=note.id, at=note.at, author=PersonView.of(note.author, names), text=note.text, mentions=mentions)
