"""Text that is being written, to be checked before it is sent."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from adapters.documents.document import Document, load, read
from adapters.documents.fields import Id, TopicName
from adapters.documents.messages import parse_message
from router.errors import Invalid
from router.messages.message import BODY_LIMIT, SUBJECT_LIMIT, AnyDraft

TOPIC_OR_CONVERSATION: JsonDict = {
    "oneOf": [
        {"properties": {name: {"type": "string"}, other: {"type": "null"}}, "required": [name]}
        for name, other in (("topic", "conversation"), ("conversation", "topic"))
    ]
}


class CheckDocument(Document):
    """The text being written: a first message with its topic, or a reply in a conversation."""

    model_config = ConfigDict(json_schema_extra=TOPIC_OR_CONVERSATION)

    topic: Annotated[TopicName | None, Field(description="The topic of a first message.")] = None
    conversation: Annotated[
        Id | None,
        Field(description="The id of the conversation to reply in.", json_schema_extra={"format": "uuid"}),
    ] = None
    site: Annotated[Id | None, Field(description="The id of one of the patient's sites.")] = None
    sender: Annotated[Id | None, Field(description="The id of the authorized user who writes.")] = None
    subject: Annotated[str, Field(max_length=SUBJECT_LIMIT, description="The subject so far.")] = ""
    body: Annotated[str, Field(max_length=BODY_LIMIT, description="The text so far.")]


def parse_check_json(data: bytes, patient: str) -> AnyDraft:
    """Make a draft from what is being written for this patient. Raises Invalid with the fields."""
    document = read(CheckDocument, load(data))
    if (document.topic is None) == (document.conversation is None):
        raise Invalid.at("topic", "must be given, or a conversation in its place")
    fields: dict[str, Any] = {"patient": patient, "body": document.body, "sender": document.sender}
    if document.conversation is not None:
        return parse_message(fields | {"conversation": document.conversation}, "check")
    subject = {"topic": document.topic, "site": document.site, "subject": document.subject}
    return parse_message(fields | subject, "check")
