"""Corrected topics: that a conversation was moved from one topic to another, by whom and why."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from router.practice.topics import Topic


@dataclass(frozen=True, slots=True)
class TopicChange:
    """A conversation's move to another topic; `to` is what the patient reads in To: from then on.

    `message` is the one on which it was corrected, and the first that new holders see. The note is for staff only.
    """

    conversation: UUID
    at: datetime
    before: Topic
    after: Topic
    to: str
    staff: str
    message: UUID
    note: str | None = field(default=None, repr=False)
