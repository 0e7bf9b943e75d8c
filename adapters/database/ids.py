"""Ids that sort by when they were made."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, SafeUUID

import uuid_utils

UNKNOWN = SafeUUID.unknown
# Rows are stored within this time after their id was made, also by processes whose clocks differ.
SETTLED = timedelta(minutes=10)


def uuid7() -> UUID:
    """A UUIDv7 (RFC 9562), later ones sorting later."""
    # As uuid_utils.compat does it, without its look at the enumeration, which takes Python as long as all the rest:
    # routing makes one for each recipient.
    made = object.__new__(UUID)
    object.__setattr__(made, "int", uuid_utils.uuid7().int)
    object.__setattr__(made, "is_safe", UNKNOWN)
    return made


def first_id(moment: datetime) -> UUID:
    """The least id that can have been made at this moment: ids begin with their time (RFC 9562, section 5.7)."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def made_at(identifier: UUID) -> datetime:
    """When an id was made."""
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, UTC)
