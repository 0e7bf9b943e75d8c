"""Cursors lead to the next page of their own list and to nothing else."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.http import cursors
from router.errors import Invalid
from router.messages.inbox import InboxCursor

MOMENT = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
IDENTIFIER = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


def test_no_cursor_is_the_first_page() -> None:
    """Without a cursor a list begins at its beginning."""
    assert cursors.number_in("versions", None) is None
    assert cursors.id_in("parked", None) is None
    assert cursors.position_in("inbox", None) is None
    assert cursors.text_in("patients", None) is None
    assert cursors.inbox_in("inbox", None) is None


def test_a_cursor_says_where_to_go_on() -> None:
    """What was encoded comes back, to the microsecond."""
    assert cursors.number_in("versions", cursors.after_number("versions", 7)) == 7
    assert cursors.id_in("parked", cursors.after_id("parked", IDENTIFIER)) == IDENTIFIER
    for text in ("p-1007", "a b/ö", "\U0001f4a5" * 128):
        assert cursors.text_in("patients", cursors.after_text("patients", text)) == text
    position = (MOMENT, IDENTIFIER)
    assert cursors.position_in("inbox", cursors.after_position("inbox", position)) == position


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "💥",
        "\ud800",
        "a" * 1000,
        cursors.after_number("parked", 7),
        cursors.after_number("versions", 2**31),
        cursors.after_number("versions", -1),
        cursors.after_number("versions", 7) + "=",
        cursors.after_number("versions", 7) + "\n",
    ],
)
def test_anything_else_is_refused(cursor: str) -> None:
    """A cursor that was not given out for this list is named as what is wrong."""
    with pytest.raises(Invalid) as refused:
        cursors.number_in("versions", cursor)

    assert [error.field for error in refused.value.errors] == ["cursor"]


def test_a_time_without_an_offset_is_refused() -> None:
    """A position that could not be compared to the database's times never reaches it."""
    forged = cursors.after_position("inbox", (MOMENT.replace(tzinfo=None), IDENTIFIER))

    with pytest.raises(Invalid):
        cursors.position_in("inbox", forged)


@pytest.mark.parametrize("text", ["", " ", "x" * 129, "a\nb"])
def test_what_can_be_nobodys_id_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        cursors.text_in("patients", cursors.after_text("patients", text))


@given(st.text())
def test_no_text_breaks_reading(cursor: str) -> None:
    """Whatever comes as a cursor is read or refused."""
    for read in (
        cursors.number_in,
        cursors.id_in,
        cursors.position_in,
        cursors.text_in,
        cursors.inbox_in,
    ):
        try:
            read("inbox", cursor)
        except Invalid:
            continue


@pytest.mark.parametrize("count", [0, 1, 3, cursors.LARGEST_LIMIT])
def test_a_cursor_of_an_inbox_also_says_what_stood_first(count: int) -> None:
    """Also where that is a whole page of the largest, and a request line must hold it beside everything else."""
    place = InboxCursor((MOMENT, IDENTIFIER), tuple(UUID(int=number) for number in range(count)))

    written = cursors.after_inbox("inbox", place)

    assert cursors.inbox_in("inbox", written) == place
    assert len(written) < 4_500


def test_a_cursor_of_the_release_before_says_where_to_go_on() -> None:
    old = cursors.after_position("inbox", (MOMENT, IDENTIFIER))

    assert cursors.inbox_in("inbox", old) == InboxCursor((MOMENT, IDENTIFIER))


@pytest.mark.parametrize(
    "behind", [".", ".x", ".AAAA", ".💥", ".\ud800", f".{'A' * 23}=", f".{'A' * 21}B", "." + "A" * 22 * 201, ".A.B"]
)
def test_what_can_not_have_stood_first_is_refused(behind: str) -> None:
    for position in ("", cursors.after_position("inbox", (MOMENT, IDENTIFIER))):
        with pytest.raises(Invalid) as refused:
            cursors.inbox_in("inbox", position + behind)
        assert [error.field for error in refused.value.errors] == ["cursor"]
