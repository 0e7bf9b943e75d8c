"""Searches of an inbox. They are posted, so that words and names don't appear in a URL."""

from typing import Annotated

from pydantic import ConfigDict, Field, WithJsonSchema

from adapters.documents.document import Document, load, read
from adapters.documents.fields import CONTROLS, Date, Id, Moment, TopicName
from router.messages.inbox_search import MOST_WORDS, SOUGHT_LIMIT, InboxSearch

Sought = Annotated[str, WithJsonSchema({"type": "string", "maxLength": SOUGHT_LIMIT, "pattern": rf"^[^{CONTROLS}]*$"})]


class InboxSearchDocument(Document):
    """A search of one person's inbox; at least one field must be given."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    text: Annotated[
        Sought,
        Field(description=f"At most {MOST_WORDS} words, or parts of words, of the subject or text. All must match."),
    ] = ""
    patient: Annotated[
        Sought, Field(description="Parts of the patient's name or record number, or the date of birth, in any order.")
    ] = ""
    born: Annotated[Date | None, Field(description="The patient's date of birth.")] = None
    topic: Annotated[TopicName | None, Field(description="Only this topic.")] = None
    site: Annotated[Id | None, Field(description="Only this site: its id.")] = None
    since: Annotated[
        Moment | None, Field(alias="from", description="Only messages that arrived at this time or later.")
    ] = None
    until: Annotated[
        Moment | None, Field(description="Only messages that arrived before this time; later than `from`.")
    ] = None


def parse_inbox_search_json(data: bytes) -> InboxSearch:
    """The search terms. Raises Invalid with the fields."""
    found = read(InboxSearchDocument, load(data))
    return InboxSearch(found.patient, found.topic, found.site, found.since, found.until, found.text, found.born)
