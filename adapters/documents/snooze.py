"""Putting a message off."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from adapters.documents.document import load, read
from adapters.documents.fields import Moment
from adapters.documents.staff import ActingStaffDocument


class SnoozeDocument(ActingStaffDocument):
    """Until when a message is snoozed."""

    at: Annotated[
        Moment | None,
        Field(
            description="When it comes back: in the future, within 90 days, and, while an answer is due, no later than "
            "`answer_by`. null brings it back at once."
        ),
    ]


def parse_snooze_json(data: bytes) -> tuple[str, datetime | None]:
    """Who puts it off, and until when. Raises Invalid with the fields."""
    document = read(SnoozeDocument, load(data))
    return document.staff, document.at
