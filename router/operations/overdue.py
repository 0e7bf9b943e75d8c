"""What administrators see of messages that have waited too long: ids, no patient, no text."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from router.practice.topics import Topic

# A count goes no further than this.
COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class OverdueMessage:
    """A message at `alert` or past its answer-by; `holders` are the staff who have it in their inboxes."""

    message: UUID
    topic: Topic
    site: str | None
    accepted_at: datetime
    answer_by: datetime | None
    alerted_at: datetime | None
    owner: str | None
    holders: tuple[str, ...]
    # Whether the patient chose who gets it, or wrote in private.
    is_personal: bool = False
