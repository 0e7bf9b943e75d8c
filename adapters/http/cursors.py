"""Lists in pages: opaque cursors that say where the next page begins."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from adapters.documents.fields import FIRST_YEAR, LAST_YEAR
from router.errors import Invalid
from router.messages.inbox import InboxCursor
from router.paging import Position
from router.practice.roster_rules import ID_LIMIT
from router.text import problem_with

# The longest has an id of the practice's own, of 128 characters.
LONGEST = 1_500
# What the database's column for versions can hold.
LARGEST_NUMBER = 2**31 - 1

# What stood first on an inbox's first page follows its position: so many ids, each of so many bytes.
BEHIND, BYTES_OF_ID = ".", 16

Cursor = Annotated[str | None, Query(description="`next` of the previous page. Omit it for the first page.")]
LARGEST_LIMIT = 200
Limit = Annotated[int, Query(ge=1, le=LARGEST_LIMIT, description="The maximum number of items to return.")]
DEFAULT_LIMIT = 50


def _encode(listing: str, *parts: str) -> str:
    return _bare(" ".join((listing, *parts)).encode())


def _bare(packed: bytes) -> str:
    return urlsafe_b64encode(packed).decode().rstrip("=")


def _padded(text: str) -> bytes:
    return (text + "=" * (-len(text) % 4)).encode("ascii")


def _decode(listing: str, cursor: str) -> list[str]:
    """The parts that were encoded for this list. Raises ValueError for anything else."""
    if len(cursor) > LONGEST:
        raise ValueError
    name, *parts = urlsafe_b64decode(_padded(cursor)).decode("ascii").split(" ")
    if name != listing or _encode(listing, *parts) != cursor:
        raise ValueError
    return parts


def _refusal() -> Invalid:
    return Invalid.at("cursor", "is not a cursor of this list")


def after_number(listing: str, number: int) -> str:
    """A cursor for the page after this number."""
    return _encode(listing, str(number))


def number_in(listing: str, cursor: str | None) -> int | None:
    """The number that the cursor stands for; None for the first page. Raises Invalid."""
    if cursor is None:
        return None
    try:
        (text,) = _decode(listing, cursor)
        number = int(text)
    except (ValueError, binascii.Error):
        raise _refusal() from None
    if not 0 <= number <= LARGEST_NUMBER:
        raise _refusal()
    return number


def after_id(listing: str, identifier: UUID) -> str:
    """A cursor for the page after this id."""
    return _encode(listing, str(identifier))


def id_in(listing: str, cursor: str | None) -> UUID | None:
    """The id that the cursor stands for; None for the first page. Raises Invalid."""
    if cursor is None:
        return None
    try:
        (text,) = _decode(listing, cursor)
        return UUID(text)
    except (ValueError, binascii.Error):
        raise _refusal() from None


def after_text(listing: str, text: str) -> str:
    """A cursor for the page after an id of the practice's own."""
    return _encode(listing, text.encode().hex())


def text_in(listing: str, cursor: str | None) -> str | None:
    """The id that the cursor stands for; None for the first page. Raises Invalid."""
    if cursor is None:
        return None
    try:
        (encoded,) = _decode(listing, cursor)
        text = bytes.fromhex(encoded).decode()
    except (ValueError, binascii.Error):
        raise _refusal() from None
    if problem_with(text, ID_LIMIT):
        raise _refusal()
    return text


def after_place(listing: str, place: tuple[int, ...]) -> str:
    """A cursor for the page after a place that several numbers make."""
    return _encode(listing, *map(str, place))


def place_in(listing: str, cursor: str | None) -> tuple[int, int, int] | None:
    """The three numbers that the cursor stands for; None for the first page. Raises Invalid."""
    if cursor is None:
        return None
    try:
        first, second, third = map(int, _decode(listing, cursor))
    except (ValueError, binascii.Error):
        raise _refusal() from None
    if not all(0 <= number <= LARGEST_NUMBER for number in (first, second, third)):
        raise _refusal()
    return first, second, third


def after_position(listing: str, position: Position) -> str:
    """A cursor for the page after this time and id."""
    at, identifier = position
    return _encode(listing, at.isoformat(), str(identifier))


def position_in(listing: str, cursor: str | None) -> Position | None:
    """The time and id that the cursor stands for; None for the first page. Raises Invalid."""
    if cursor is None:
        return None
    try:
        moment, identifier = _decode(listing, cursor)
        position = datetime.fromisoformat(moment), UUID(identifier)
    except (ValueError, binascii.Error):
        raise _refusal() from None
    at = position[0]
    if at.tzinfo is None or not FIRST_YEAR < at.year < LAST_YEAR:
        raise _refusal()
    return position


def after_inbox(listing: str, cursor: InboxCursor) -> str:
    """A cursor for the page of an inbox after this place."""
    position = after_position(listing, cursor.after)
    if not cursor.first:
        return position
    return position + BEHIND + _bare(b"".join(delivery.bytes for delivery in cursor.first))


def inbox_in(listing: str, cursor: str | None) -> InboxCursor | None:
    """The place that the cursor stands for; None for the first page. Raises Invalid.

    A cursor of the release before doesn't say what stood first; those messages are then shown again in their place.
    """
    position, behind, first = (cursor or "").partition(BEHIND)
    after = position_in(listing, position or None)
    if after is None:
        if behind:
            raise _refusal()
        return None
    return InboxCursor(after, _ids_in(first) if behind else ())


def _ids_in(text: str) -> tuple[UUID, ...]:
    """The ids that stand behind a position. Raises Invalid."""
    try:
        packed = urlsafe_b64decode(_padded(text))
    except (ValueError, binascii.Error):
        raise _refusal() from None
    count, rest = divmod(len(packed), BYTES_OF_ID)
    if rest or not 0 < count <= LARGEST_LIMIT or _bare(packed) != text:
        raise _refusal()
    starts = range(0, len(packed), BYTES_OF_ID)
    return tuple(UUID(bytes=packed[start : start + BYTES_OF_ID]) for start in starts)
