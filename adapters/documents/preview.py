"""What is asked of a preview."""

from typing import Annotated

from pydantic import Field

from adapters.documents.document import Document, load, read
from adapters.documents.fields import Id, Moment, TopicName
from adapters.documents.messaging import MessagingDocument, settings_of
from router.flows.administrator.preview import PreviewRequest


class PreviewDocument(Document):
    """A message that nobody writes, and the settings to try it under."""

    patient: Id
    topic: TopicName
    site: Annotated[Id | None, Field(description="One of the patient's sites; absent: the home site.")] = None
    to: Annotated[Id | None, Field(description="The chosen member of the care team, where a choice is offered.")] = None
    at: Annotated[Moment | None, Field(description="For which moment; absent: now.")] = None
    messaging: Annotated[
        MessagingDocument | None, Field(description="A draft of the settings; absent: those that are saved.")
    ] = None


def parse_preview(value: object) -> PreviewRequest:
    """Make a request of what JSON became. Raises Invalid with the fields."""
    asked = read(PreviewDocument, value)
    draft = None if asked.messaging is None else settings_of(asked.messaging)
    return PreviewRequest(asked.patient, asked.topic, asked.site, asked.to, asked.at, draft)


def parse_preview_json(data: bytes) -> PreviewRequest:
    """Make a request of JSON. Raises Invalid with the fields."""
    return parse_preview(load(data))
