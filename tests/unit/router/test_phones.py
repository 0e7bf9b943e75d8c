"""Phone numbers as people write them: which a phone can dial, and what it dials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.text import phones
from router.text.phones import dialled, problem_with_phone


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("988", "988"),
        ("112", "112"),
        ("15", "15"),
        ("9-1-1", "911"),
        ("(555) 010-0142", "5550100142"),
        (" 555.010.0142 ", "5550100142"),
        ("555\u2011010\u20130142", "5550100142"),
        ("\u202a+1\u00a0555\u00a00100\u202c", "+15550100"),
        ("+44 20 7946 0958", "+442079460958"),
        ("(+44) 20 7946 0958", "+442079460958"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("(0)20 7946 0958", "02079460958"),
        ("011 44 20 7946 0958", "011442079460958"),
        ("*4747", "*4747"),
        ("555-0100 ext. 12", "5550100,12"),
        ("555-0100 EXT 12", "5550100,12"),
        ("555-0100, extension 12", "5550100,12"),
        ("555-0100x12", "5550100,12"),
        ("555-0100 #12", "5550100,12"),
        ("(555) 010-0142 extn: 7", "5550100142,7"),
    ],
)
def test_what_people_write_is_dialled(text: str, number: str) -> None:
    assert dialled(text) == number
    assert problem_with_phone(text, 40) is None


@pytest.mark.parametrize(
    "text",
    [
        "call me",
        "the <b> desk",
        "5",
        "+1",
        "+",
        "()",
        "ext. 12",
        "desk 12",
        "1-800-273-TALK",
        "911 or 988",
        "911, 988",
        "911/988",
        "555-010-0142 - 555-010-0143",
        "988, press 2",
        "555-0100 ext.",
        "555-0100 ext. twelve",
        "5+5",
        "555 0100 <script>",
        "tel:5550100",
        "https://a.example/1",
        "\u0665\u0665\u0660",
        "555²",
    ],
)
def test_what_no_phone_can_dial_is_refused(text: str) -> None:
    assert dialled(text) is None
    assert str(problem_with_phone(text, 40)).startswith("must be one number in digits, such as 988")


def test_length_and_emptiness_are_named_first() -> None:
    assert problem_with_phone(" ", 40) == "must not be empty"
    assert problem_with_phone("5" * 41, 40) == "must have at most 40 characters"


@given(st.text("0123456789+*(). -x#ext", max_size=40))
def test_a_link_never_holds_more_than_digits(text: str) -> None:
    number = dialled(text)
    assert number is None or set(number) <= set("0123456789+*,")


def test_what_is_longer_than_any_number_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form that showed half a megabyte of parentheses again held a web process for days."""
    assert dialled(" " * 1_000 + "555-0100" + " " * 1_000) == "5550100"
    monkeypatch.setattr(phones, "WRITTEN", None)

    assert dialled("(" * (phones.LONGEST_WRITTEN + 1)) is None
