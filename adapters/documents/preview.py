"""Requests for previews and replays."""

from typing import Annotated

from pydantic import Field

from adapters.documents.document import Document, load, read
from adapters.documents.fields import Id, Moment, TopicName, WholeNumber
from adapters.documents.messaging import MessagingDocument, settings_of
from router.errors import Invalid
from router.flows.administrator.ladders import DAYS, DAYS_LIMIT
from router.flows.administrator.preview import PreviewRequest
from router.messaging.partial import PartialSettings


class PreviewDocument(Document):
    """A message to try, and the settings to use."""

    patient: Annotated[Id, Field(description="The id of the patient who would write.")]
    topic: Annotated[TopicName, Field(description="The topic that they would choose.")]
    site: Annotated[
        Id | None, Field(description="The id of one of the patient's sites. Omit it for the home site.")
    ] = None
    to: Annotated[
        Id | None, Field(description="The id of the chosen member of the care team, if the form offers a choice.")
    ] = None
    at: Annotated[Moment | None, Field(description="The time to try. Omit it to use the current time.")] = None
    messaging: Annotated[
        MessagingDocument | None, Field(description="Settings to try. Omit them to use the saved ones.")
    ] = None


class ReplayDocument(Document):
    """The settings under which to replay recent messages."""

    messaging: Annotated[
        MessagingDocument | None, Field(description="Settings to try. Omit them to use the saved ones.")
    ] = None
    days: Annotated[
        WholeNumber,
        Field(
            description="The number of days to look back.",
            json_schema_extra={"minimum": 1, "maximum": DAYS_LIMIT},
        ),
    ] = DAYS


def parse_replay(value: object) -> tuple[PartialSettings | None, int]:
    """Make settings (None: the saved ones) and a number of days from parsed JSON. Raises Invalid."""
    asked = read(ReplayDocument, value)
    if not 1 <= asked.days <= DAYS_LIMIT:
        raise Invalid.at("days", f"must be between 1 and {DAYS_LIMIT}")
    return None if asked.messaging is None else settings_of(asked.messaging), asked.days


def parse_replay_json(data: bytes) -> tuple[PartialSettings | None, int]:
    """Make them from JSON. Raises Invalid with the fields."""
    return parse_replay(load(data))


def parse_preview(value: object) -> PreviewRequest:
    """Make a request from parsed JSON. Raises Invalid with the fields."""
    asked = read(PreviewDocument, value)
    draft = None if asked.messaging is None else settings_of(asked.messaging)
    return PreviewRequest(asked.patient, asked.topic, asked.site, asked.to, asked.at, draft)


def parse_preview_json(data: bytes) -> PreviewRequest:
    """Make a request from JSON. Raises Invalid with the fields."""
    return parse_preview(load(data))
