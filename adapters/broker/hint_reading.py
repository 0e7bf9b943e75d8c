"""Validating an item of a hint queue: it must be a hint for this queue that hasn't expired.

Anything can be pushed to a Redis list. A hint carries no information beyond "there is work", so validation returns only
a verdict and none of the item's content is used afterwards.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Base64Bytes, BaseModel, StringConstraints, TypeAdapter, ValidationError

# A hint is about 700 bytes long.
LARGEST_BYTES = 64 * 1024


class Reading(StrEnum):
    """The verdict on one item."""

    CURRENT = "current"
    EXPIRED = "expired"
    # Not a kombu envelope, not a task, or a task of another queue.
    UNREADABLE = "unreadable"


class _Headers(BaseModel):
    task: Annotated[str, StringConstraints(max_length=64)]
    expires: AwareDatetime | None = None


class _Envelope(BaseModel):
    """The envelope that kombu's virtual transports use."""

    body: Base64Bytes
    headers: _Headers


# Celery's "Message Protocol", version 2: positional arguments, keyword arguments, embedded options. Hints have no
# arguments.
_BODY = TypeAdapter(tuple[list[object], dict[str, object], dict[str, object]])


def read(raw: bytes, task: str, now: datetime) -> Reading:
    """Validate an item against the name of the queue's task. Never raises."""
    if len(raw) > LARGEST_BYTES:
        return Reading.UNREADABLE
    try:
        envelope = _Envelope.model_validate_json(raw)
        positional, named, _ = _BODY.validate_json(envelope.body)
    except ValidationError:
        return Reading.UNREADABLE
    if envelope.headers.task != task or positional or named:
        return Reading.UNREADABLE
    expires = envelope.headers.expires
    return Reading.EXPIRED if expires is not None and expires < now else Reading.CURRENT
