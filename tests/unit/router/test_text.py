"""What text is: visible, foldable, safe to show, cleanable."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.text import has_visible, problem_with, showing
from router.text.cleaning import cleaned_line, cleaned_lines
from router.text.folding import fold, has_words, searchable, words_of
from router.text.showing import FSI, PDI, balanced, isolated

NOTHING = "\u200b\u2060\u3164\u115f\uffa0\u00ad"


@pytest.mark.parametrize("text", [NOTHING, "\u200b", f" {NOTHING}\n\t", "\ufeff\u202e\ufe0f", "\u2800", "\U000e0041"])
def test_a_text_without_one_visible_character_is_empty(text) -> None:
    assert not has_visible(text)
    assert problem_with(text, 20_000, lines=True) == "must not be empty"


@pytest.mark.parametrize("text", ["a", f"{NOTHING}ä", "山", "😀", "\u0600", "1", "."])
def test_one_visible_character_is_enough(text) -> None:
    assert problem_with(text, 200) is None


def test_a_refused_character_is_named_with_its_place() -> None:
    assert problem_with("ab\x0bc", 200, lines=True) == (
        "must not contain control characters or broken Unicode (U+000B at character 3)"
    )
    assert str(problem_with("  ab\ud800", 200)).endswith("(U+D800 at character 5)")
    assert str(problem_with("it\x92s", 200)).endswith("(U+0092 at character 3)")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Łukasz", "Lukasz"),
        ("O\u2019Brien", "O'Brien"),
        ("Søren", "soren"),
        ("Đặng", "dang"),
        ("Álvarez, José", "alvarez, jose"),
        ("Straße", "STRASSE"),
        ("Æsir œuvre", "aesir oeuvre"),
        ("I\u015f\u0131k", "isik"),
        ("\uff2a\uff4f\uff48\uff4e", "john"),
        ("Anne\u2011Marie", "anne-marie"),
        ("Zo\u200bë", "zoe"),
        ("A\u00a0 B", "a b"),
    ],
)
def test_what_is_written_differently_is_the_same(one, other) -> None:
    assert fold(one) == fold(other)


def is_found(sought: str, texts: list[str | None]) -> bool:
    return has_words(words_of(sought), searchable(texts))


def test_the_order_of_words_does_not_matter() -> None:
    assert is_found("Müller, Cleo", ["Cleo Müller"])
    assert is_found("cleo muller", ["Müller, Cleo"])
    assert is_found("rn cleo", ["Cleo", None, "RN"])
    assert not is_found("Cleo Miller", ["Cleo Müller"])
    assert not is_found(", ()", ["Cleo Müller"])
    assert not is_found(NOTHING, ["Cleo Müller"])


@given(st.text())
def test_folding_again_changes_nothing(text) -> None:
    assert fold(fold(text)) == fold(text)


def depth_of(text: str) -> tuple[int, int]:
    """How deep the directions stand at the end, and at the lowest: a small model of Annex 9's stack."""
    stack: list[str] = []
    lowest = 0
    for character in text:
        if character in "\u202a\u202b\u202d\u202e":
            stack.append("\u202c")
        elif character in "\u2066\u2067\u2068":
            stack.append("\u2069")
        elif character in "\u202c\u2069":
            if character in stack:
                while stack.pop() != character:
                    pass
            else:
                lowest = -1
    return len(stack), lowest


@given(st.text(alphabet="ab\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f"))
def test_a_text_to_show_ends_what_it_begins_and_nothing_else(text) -> None:
    assert depth_of(balanced(text)) == (0, 0)
    assert [character for character in balanced(text) if character in "ab"] == [
        character for character in text if character in "ab"
    ]


def balanced_by_searching(text: str) -> str:
    """What `balanced` is to do, slowly: what each character ends is searched for among all that is open."""
    kept, stack = "", ""
    for character in text:
        if character in "\u202a\u202b\u202d\u202e":
            stack += "\u202c"
        elif character in "\u2066\u2067\u2068":
            stack += PDI
        elif character == "\u202c":
            if not stack.endswith(character):
                continue
            stack = stack[:-1]
        elif character == PDI:
            if PDI not in stack:
                continue
            stack = stack[: stack.rindex(PDI)]
        kept += character
    return kept + stack[::-1]


@given(st.text(alphabet="ab\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f"))
def test_each_direction_ends_those_within_it(text) -> None:
    assert balanced(text) == balanced_by_searching(text)


def test_what_is_open_is_not_looked_through_for_each_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body of 10,000 embeddings and as many ends of isolates cost 100 million steps each time it was shown."""
    compared: list[str] = []

    class Counted(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            compared.append(self)
            return str(self) == other

        __hash__ = str.__hash__

    monkeypatch.setattr(showing, "PDI", Counted(PDI))
    monkeypatch.setattr(showing, "PDF", Counted("\u202c"))

    assert balanced("\u202a" * 1_000 + PDI * 1_000) == "\u202a" * 1_000 + "\u202c" * 1_000
    assert len(compared) <= 10 * 1_000


def test_a_name_that_would_turn_its_surroundings_is_isolated() -> None:
    assert isolated("Pat \u202eeoD") == f"{FSI}Pat \u202eeoD\u202c{PDI}"
    assert isolated("Pat\u2069 Doe") == f"{FSI}Pat Doe{PDI}"
    assert isolated("\u05d3\u05e0\u05d4") == f"{FSI}\u05d3\u05e0\u05d4{PDI}"
    assert isolated("Søren") == "Søren"


def test_what_was_pasted_is_cleaned() -> None:
    assert cleaned_lines("a\x0bb\x0cc\r\nd\re\u2028f") == "a\nb\nc\nd\ne\nf"
    assert cleaned_lines("it\x92s \x93so\x94 \x80 \x81\x07\ud800\ttab") == "it\u2019s \u201cso\u201d \u20ac  tab"
    assert cleaned_line("it\x92s\x0bone\tline") == "it\u2019s one line"


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_what_was_cleaned_can_be_stored_unless_it_is_empty(text) -> None:
    assert problem_with(cleaned_lines(text), 10**6, lines=True) in {None, "must not be empty"}
    assert problem_with(cleaned_line(text), 10**6) in {None, "must not be empty"}
    assert not any(unicodedata.category(character) == "Cs" for character in cleaned_lines(text))


@pytest.mark.parametrize("text", ["a", "x" * 10, " trimmed   ", "ünïcödé 🙂", "\u202eright to left"])
def test_plain_text_is_fine(text) -> None:
    assert problem_with(text, 10 if len(text.strip()) <= 10 else 20) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "must not be empty"),
        (" \t\n ", "must not be empty"),
        ("x" * 11, "must have at most 10 characters"),
        ("a\x00b", "must not contain control characters or broken Unicode (U+0000 at character 2)"),
        ("a\nb", "must not contain control characters or broken Unicode (U+000A at character 2)"),
        ("a\ud800b", "must not contain control characters or broken Unicode (U+D800 at character 2)"),
    ],
)
def test_other_text_is_refused_in_words(text, problem) -> None:
    assert problem_with(text, 10) == problem


def test_bodies_may_have_lines_but_no_other_controls() -> None:
    assert problem_with("a\tb\r\nc", 10, lines=True) is None
    assert problem_with("a\x1bb", 10, lines=True) is not None
