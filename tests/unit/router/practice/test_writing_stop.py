"""Stopping a patient from writing, and letting them."""

import pytest

from router.errors import Invalid
from router.practice.writing_stop import WritingChange, WritingStop, changed

STOP = WritingStop("A reason", "Some words")


@pytest.mark.parametrize(
    ("stop", "change", "after"),
    [
        (None, WritingChange(), None),
        (None, WritingChange(may_write=True), None),
        (None, WritingChange(may_write=False, reason=" A reason ", words="Some words"), STOP),
        (STOP, WritingChange(may_write=True), None),
        (STOP, WritingChange(may_write=False), STOP),
        (STOP, WritingChange(words="Others"), WritingStop("A reason", "Others")),
    ],
)
def test_what_is_left_out_stays(stop, change, after) -> None:
    assert changed(stop, change) == after


@pytest.mark.parametrize(
    ("stop", "change", "fields"),
    [
        (None, WritingChange(may_write=False), ["reason", "words"]),
        (None, WritingChange(may_write=False, reason="x", words="x" * 501), ["words"]),
        (None, WritingChange(reason="x"), ["reason"]),
        (STOP, WritingChange(may_write=True, words="x"), ["words"]),
        (STOP, WritingChange(reason=""), ["reason"]),
    ],
)
def test_what_is_wrong_is_named(stop, change, fields) -> None:
    with pytest.raises(Invalid) as refused:
        changed(stop, change)
    assert [error.field for error in refused.value.errors] == fields


def test_a_log_tells_neither() -> None:
    assert repr(STOP) == "WritingStop()"
