"""Choices about emails on the patient's side."""

from typing import Annotated

from pydantic import Field

from adapters.documents.document import load, read
from adapters.documents.replies import ActorDocument


class EmailChoiceDocument(ActorDocument):
    """Whether somebody wants emails about answers."""

    wanted: Annotated[
        bool | None,
        Field(description="Whether to email them about answers. null: follow the roster's `notify` again."),
    ]


def parse_email_choice_json(data: bytes) -> tuple[str | None, bool | None]:
    """Who chooses (None: the patient), and what. Raises Invalid with the fields."""
    document = read(EmailChoiceDocument, load(data))
    return document.actor, document.wanted
