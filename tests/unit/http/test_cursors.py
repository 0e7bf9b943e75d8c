"""Cursors lead to the next page of their own list and to nothing else."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.http import cursors
from router.errors import Invalid

MOMENT = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
IDENTIFIER = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


def test_no_cursor_is_the_first_page() -> None:
    """Without a cursor a list begins at its beginning."""
    assert cursors.number_in("versions", None) is None
    assert cursors.id_in("parked", None) is None
    assert cursors.position_in("inbox", None) is None
    assert cursors.text_in("patients", None) is None


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
    for read in (cursors.number_in, cursors.id_in, cursors.position_in, cursors.text_in):
        try:
            read("inbox", cursor)
        except Invalid:
            continue
