"""Lists in pages: opaque cursors that say where the next page begins."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from adapters.documents.fields import FIRST_YEAR, LAST_YEAR
from router.errors import Invalid
from router.paging import Position
from router.practice.roster_rules import ID_LIMIT
from router.text import problem_with

# The longest has an id of the practice's own, of 128 characters.
LONGEST = 1_500
# What the database's column for versions can hold.
LARGEST_NUMBER = 2**31 - 1

Cursor = Annotated[str | None, Query(description="`next` of the previous page. Omit it for the first page.")]
LARGEST_LIMIT = 200
Limit = Annotated[int, Query(ge=1, le=LARGEST_LIMIT, description="The maximum number of items to return.")]
DEFAULT_LIMIT = 50


def _encode(listing: str, *parts: str) -> str:
    return urlsafe_b64encode(" ".join((listing, *parts)).encode()).decode().rstrip("=")


def _decode(listing: str, cursor: str) -> list[str]:
    """The parts that were encoded for this list. Raises ValueError for anything else."""
    if len(cursor) > LONGEST:
        raise ValueError
    padded = cursor + "=" * (-len(cursor) % 4)
    name, *parts = urlsafe_b64decode(padded.encode("ascii")).decode("ascii").split(" ")
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
