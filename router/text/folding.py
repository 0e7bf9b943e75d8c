"""Folding texts for searches: ignoring case, accents and variants of a letter.

Each letter is folded by itself, so that folding takes as long as the text is. To decompose a text as a whole also sorts
the marks behind a letter, and a text of nothing else takes minutes; folding drops them, so their order doesn't matter.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import filterfalse

from router.text.rules import INVISIBLE
from router.text.spellings import spellings

# What decomposition (Unicode Standard Annex 15) leaves as it is, though people type it with the letters beside it.
LETTERS = {
    "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "ł": "l", "ŀ": "l", "ŋ": "n", "ŧ": "t",
    "þ": "th", "ĸ": "k", "ƶ": "z", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ẞ": "ss", "ß": "ss",
}  # fmt: skip
APOSTROPHES = dict.fromkeys("\u2018\u2019\u201a\u201b\u02b9\u02bb\u02bc\u02bd\u02c8\u2032\u00b4\u0060\uff07\u055a", "'")
HYPHENS = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-")
REPLACED = str.maketrans(LETTERS | APOSTROPHES | HYPHENS)
UNSEEN = re.compile(f"[{INVISIBLE}]")
BETWEEN_WORDS = re.compile(r"[\s,;()]+")
# Letters that are kept with what they are folded to, more than any language has; then all are forgotten.
MOST_LETTERS = 50_000


class _Letters(dict[int, str | int]):
    """What each letter is folded to, by its code point, for `str.translate`."""

    def __missing__(self, code: int) -> str | int:
        if len(self) >= MOST_LETTERS:
            self.clear()
        made = self[code] = _folded(code)
        return made


def _folded(code: int) -> str | int:
    """What this letter is folded to; its code where that is itself."""
    letter = chr(code)
    lowered = UNSEEN.sub("", letter.casefold().translate(REPLACED))
    letters = unicodedata.normalize("NFKD", lowered)
    if letters == lowered == letter and not unicodedata.combining(letter):
        return code
    bare = "".join(filterfalse(unicodedata.combining, letters))
    # Compatibility decomposition may have brought some of them back, or capitals.
    return bare.casefold().translate(REPLACED)


FOLDED = _Letters()


def fold(text: str) -> str:
    """A text to compare: `Łukasz` and `LUKASZ` are the same, as are `Straße` and `strasse`, and all apostrophes."""
    if text.isascii():
        # Most texts are, and folding each letter by itself costs ten times as much.
        return " ".join(text.lower().replace("`", "'").split())
    return " ".join(text.translate(FOLDED).split())


def words_of(text: str) -> list[str]:
    """The folded words of what somebody typed; commas and parentheses separate, so that the order doesn't matter."""
    return [word for word in BETWEEN_WORDS.split(fold(text)) if word]


def searchable(texts: Iterable[str | None]) -> str:
    """These texts, folded for searching."""
    return fold("\n".join(text for text in texts if text))


def has_words(words: list[str], there: str) -> bool:
    """Whether each of these folded words is a part of a folded text: `Müller, Cleo` is found in `Cleo Müller`.

    Without any word, nothing is found.
    """
    return bool(words) and all(word in there for word in words)


def is_person(words: list[str], there: str) -> bool:
    """Like `has_words`, for what is known of a person: names that may be spelled in several ways are found in each."""
    return bool(words) and all(any(spelling in there for spelling in spellings(word)) for word in words)


def is_colleague(words: list[str], there: str) -> bool:
    """Like `is_person`, but other spellings count for whole words only: a single match is taken without a question."""
    whole = f" {' '.join(there.split())} "
    return bool(words) and all(
        word in there or any(f" {spelling} " in whole for spelling in spellings(word)) for word in words
    )
