"""Finding words in one's own conversations."""

import sys
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from router.errors import Invalid
from router.messages.conversation import Author, Conversation, Entry
from router.messages.portal_lists import SOUGHT_LIMIT, check_sought, excerpt, find, in_lower_case
from router.practice.topics import Topic
from tests.builders import NOON

THREAD = Conversation(
    id=UUID(int=1),
    patient="pat",
    topic=Topic.BILLING,
    site=None,
    subject="A bill from May",
    display_name="Billing Office",
    private=False,
    chosen=None,
    owner=None,
    started_at=NOON,
)
ASKED = Entry(UUID(int=2), THREAD.id, Author.PATIENT, "pat", "Pat Doe", NOON, "Is the second line right?")
ANSWERED = replace(
    ASKED, id=UUID(int=3), author=Author.STAFF, shown_as="Dr. Łukasz Lee", at=NOON + timedelta(hours=1), body="It is."
)


@pytest.mark.parametrize(
    ("sought", "entry"),
    [
        ("LINE second", ASKED),
        ("may", ANSWERED),
        ("lukasz", ANSWERED),
        ("pat", ASKED),
        ("may right", ASKED),
        ("june", None),
        ("second it is", None),
    ],
)
def test_the_newest_entry_with_every_word_is_found(sought: str, entry: Entry | None) -> None:
    found = find(sought, THREAD, [ASKED, ANSWERED])

    assert (found and found.entry) == entry


@pytest.mark.parametrize("sought", ["", " \t", "\u200b", "x" * (SOUGHT_LIMIT + 1)])
def test_what_can_not_be_looked_for_is_told_by_field(sought: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_sought(sought)

    assert [error.field for error in refused.value.errors] == ["sought"]


def test_the_text_around_the_first_word_is_shown() -> None:
    body = "before " * 50 + "the\nNeedle (here) " + "after " * 50

    shown = excerpt(body, "(here) needle")

    assert "the Needle (here) after" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) <= 202


def test_a_short_text_and_one_without_the_words_begin_at_the_beginning() -> None:
    assert excerpt("It is right.", "right") == "It is right."
    assert excerpt("It is right.", "lukasz") == "It is right."


def test_a_word_is_looked_for_in_any_case_at_its_place() -> None:
    """With an expression for each word, 200 long texts of one letter took a quarter of a minute."""
    body = "\u0130" * 300 + " the \u039d\u039f\u03a3\u039f\u03a3"

    assert excerpt(body, "\u03bd\u03cc\u03c3\u03bf\u03c2").startswith("\u0130")
    assert excerpt(body, "\u03bd\u03bf\u03c3\u03bf\u03c3").endswith(" the \u039d\u039f\u03a3\u039f\u03a3")


def test_no_letter_becomes_two_in_lower_case() -> None:
    letters = "".join(map(chr, range(sys.maxunicode + 1)))

    assert len(in_lower_case(letters)) == len(letters)
