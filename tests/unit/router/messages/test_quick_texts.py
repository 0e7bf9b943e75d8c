"""Quick texts: which can be kept, and what their fields become."""

import pytest

from router.errors import Invalid
from router.messages.quick_texts import (
    QUICK_TEXT_LIMIT,
    TITLE_LIMIT,
    FieldValues,
    NewQuickText,
    check_quick_text,
    fill,
    first_name,
    unfilled,
)

VALUES = FieldValues("Alvarez, Maria José", "Nina Patel", "555 0100")


@pytest.mark.parametrize(
    ("title", "body", "wrong"),
    [
        ("", "Call us.", ["title"]),
        ("x" * (TITLE_LIMIT + 1), "Call us.", ["title"]),
        ("Call", " ", ["body"]),
        ("Call", "x" * (QUICK_TEXT_LIMIT + 1), ["body"]),
        ("Call", "Dear {patient.name}", ["body"]),
        ("Call", "Dear { patient.first_name }", ["body"]),
        ("\x00", "a\x00b", ["title", "body"]),
    ],
)
def test_what_can_not_be_kept_is_named(title: str, body: str, wrong: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        check_quick_text(NewQuickText(title, body))

    assert [error.field for error in refused.value.errors] == wrong


def test_fields_and_other_braces_can_be_kept() -> None:
    check_quick_text(NewQuickText("Call", "{patient.first_name}: {me.name}, {practice.phone} {} {x} {1.5}"))


def test_each_field_becomes_what_it_stands_for_and_what_is_filled_in_is_no_field() -> None:
    body = "Dear {patient.first_name}, call {practice.phone}. {me.name} {other.field}"

    assert fill(body, VALUES) == "Dear Maria, call 555 0100. Nina Patel {other.field}"
    assert (
        fill(body, FieldValues("{me.name}", "Nina", "")) == "Dear {me.name}, call {practice.phone}. Nina {other.field}"
    )
    assert unfilled("{practice.phone} {me.name} {me.name}") == ["{me.name}", "{practice.phone}"]
    assert unfilled("Call 555 0100.") == []


@pytest.mark.parametrize(
    ("name", "first"),
    [("Maria Alvarez", "Maria"), ("Alvarez, Maria", "Maria"), ("Cher", "Cher"), ("Alvarez,", "Alvarez"), (",", "")],
)
def test_the_first_name_is_found_in_both_orders(name: str, first: str) -> None:
    assert first_name(name) == first
