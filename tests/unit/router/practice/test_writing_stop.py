"""Stopping a patient from writing, and letting them."""

from dataclasses import replace

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


def shown_change(**values: object) -> WritingChange:
    return WritingChange(may_write=False, shown=WritingStop("Threats", "Call."), **values)  # type: ignore[arg-type] # a test names the fields.


def test_what_its_author_left_alone_stays_as_somebody_else_has_changed_it() -> None:
    stored = WritingStop("Agreed", "Call.")

    after = changed(stored, shown_change(reason="Threats", words="Write."))

    assert after == WritingStop("Agreed", "Write.")
    assert changed(WritingStop("Threats", "Call."), shown_change(reason="Other", words="Call.")) == WritingStop(
        "Other", "Call."
    )


@pytest.mark.parametrize(
    ("stored", "change", "fields"),
    [
        (WritingStop("Agreed", "Call."), shown_change(reason="Mine", words="Call."), ["reason"]),
        (WritingStop("Agreed", "Write."), shown_change(reason="Mine", words="Mine."), ["reason", "words"]),
        (None, shown_change(reason="Threats", words="Mine."), ["words"]),
        (WritingStop("Agreed", "Call."), replace(shown_change(), may_write=True), ["reason"]),
    ],
)
def test_what_somebody_else_has_changed_is_not_overwritten(stored, change, fields) -> None:
    with pytest.raises(Invalid) as refused:
        changed(stored, change)

    assert [(error.field, "somebody else" in error.message) for error in refused.value.errors] == [
        (field, True) for field in fields
    ]
