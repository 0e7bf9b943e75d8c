"""Which texts are taken, and what is said of others."""

import pytest

from router.text import problem_with


@pytest.mark.parametrize("text", ["a", "x" * 10, " trimmed   ", "ünïcödé 🙂", "\u202eright to left"])
def test_plain_text_is_fine(text) -> None:
    assert problem_with(text, 10 if len(text.strip()) <= 10 else 20) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "must not be empty"),
        (" \t\n ", "must not be empty"),
        ("x" * 11, "must have at most 10 characters"),
        ("a\x00b", "must not contain control characters or broken Unicode"),
        ("a\nb", "must not contain control characters or broken Unicode"),
        ("a\ud800b", "must not contain control characters or broken Unicode"),
    ],
)
def test_other_text_is_refused_in_words(text, problem) -> None:
    assert problem_with(text, 10) == problem


def test_bodies_may_have_lines_but_no_other_controls() -> None:
    assert problem_with("a\tb\r\nc", 10, lines=True) is None
    assert problem_with("a\x1bb", 10, lines=True) is not None
