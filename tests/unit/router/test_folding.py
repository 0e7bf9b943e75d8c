"""Folding letter by letter is the same as folding a text as a whole, and takes as long as the text is."""

import sys
import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.text import folding
from router.text.folding import REPLACED, UNSEEN, fold

ANY = st.characters(exclude_categories=())
# What Unicode sorts, what it takes apart, and what stands for several letters.
MARKS = st.sampled_from("\u0301\u0316\u05b0\u0345\u1160\u11a8\u3099\u093c\u200d")
TAKEN_APART = st.sampled_from("\u01d7\ufdfa\uac01\u0390\u1fb7\u0130\ufb03\u00bc\u2126\u00c5")


def as_a_whole(text: str) -> str:
    """Folding as the Unicode Standard describes it: for short texts only, since it sorts marks."""
    letters = unicodedata.normalize("NFKD", UNSEEN.sub("", text.casefold().translate(REPLACED)))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.casefold().translate(REPLACED).split())


def test_every_letter_of_unicode_is_folded_as_the_standard_says() -> None:
    letters = [chr(code) for code in range(sys.maxunicode + 1)]
    assigned = "|".join(letter for letter in letters if unicodedata.category(letter) not in {"Cn", "Co"})

    assert fold(assigned) == as_a_whole(assigned)


@given(st.text(alphabet=ANY | MARKS | TAKEN_APART))
def test_a_text_is_folded_as_the_standard_says(text: str) -> None:
    assert fold(f"{text}\u00e9") == as_a_whole(f"{text}\u00e9")


def test_no_text_is_decomposed_as_a_whole_however_many_marks_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text of marks alone is sorted mark by mark: 260,000 of them took minutes, during which nothing else ran."""
    decomposed: list[str] = []

    class Counting:
        combining = unicodedata.combining

        @staticmethod
        def normalize(form: Literal["NFKD"], text: str) -> str:
            decomposed.append(text)
            return unicodedata.normalize(form, text)

    monkeypatch.setattr(folding, "unicodedata", Counting)
    monkeypatch.setattr(folding, "FOLDED", type(folding.FOLDED)())

    assert fold("\u0301" * 1_000 + "a" + "\u0316" * 1_000) == "a"

    assert decomposed == ["\u0301", "a", "\u0316"]


def test_letters_are_kept_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "MOST_LETTERS", 2)
    monkeypatch.setattr(folding, "FOLDED", type(folding.FOLDED)())

    assert fold("\u00e9\u00e8\u00fcA\u00e9\u5c71") == "eeuae\u5c71"
    assert len(folding.FOLDED) <= 2
