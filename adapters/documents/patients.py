"""Requests about single patients."""

from typing import Annotated

from pydantic import ConfigDict, Field, WithJsonSchema

from adapters.documents.document import Document, load, read, without_defaults
from adapters.documents.fields import text_schema
from router.flows.administrator.patients import SOUGHT_LEAST, SOUGHT_LIMIT
from router.practice.writing_stop import REASON_LIMIT, WORDS_LIMIT, WritingChange

Sought = Annotated[str, WithJsonSchema(text_schema(SOUGHT_LIMIT, least=SOUGHT_LEAST))]
StopReason = Annotated[str, WithJsonSchema(text_schema(REASON_LIMIT, lines=True))]
StopWords = Annotated[str, WithJsonSchema(text_schema(WORDS_LIMIT, lines=True))]


class PatientSearchDocument(Document):
    """The patients to look for. This is a POST so that no name appears in a URL."""

    text: Annotated[
        Sought,
        Field(description="Words of the name, record number or id, in any order, without regard to case and accents."),
    ]


class PatientChangeDocument(Document):
    """Whether a patient can write. Omitted fields stay unchanged."""

    model_config = ConfigDict(json_schema_extra=without_defaults)

    may_write: Annotated[
        bool,
        Field(description="Whether they can write. They can read either way. False requires `reason` and `words`."),
    ] = True
    reason: Annotated[StopReason, Field(description="Why they can't write, for staff only.")] = ""
    words: Annotated[StopWords, Field(description="What the patient sees instead of the form.")] = ""


def parse_patient_change_json(data: bytes) -> WritingChange:
    """What is to change. Raises Invalid with the fields."""
    document = read(PatientChangeDocument, load(data))
    return WritingChange(**{name: getattr(document, name) for name in document.model_fields_set})


def parse_patient_search_json(data: bytes) -> str:
    """The words to look for. Raises Invalid with the fields."""
    return read(PatientSearchDocument, load(data)).text
