"""Folding texts for searches: ignoring case, accents and variants of a letter."""

import re
import unicodedata
from collections.abc import Iterable

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


def fold(text: str) -> str:
    """A text to compare: `Łukasz` and `LUKASZ` are the same, as are `Straße` and `strasse`, and all apostrophes."""
    if text.isascii():
        # Most texts are, and folding each letter by itself costs ten times as much.
        return " ".join(text.lower().replace("`", "'").split())
    lowered = UNSEEN.sub("", text.casefold().translate(REPLACED))
    letters = unicodedata.normalize("NFKD", lowered)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    # Compatibility decomposition may have brought some of them back, or capitals.
    return " ".join(bare.casefold().translate(REPLACED).split())


def words_of(text: str) -> list[str]:
    """The folded words of what somebody typed; commas and parentheses separate, so that the order doesn't matter."""
    return [word for word in BETWEEN_WORDS.split(fold(text)) if word]


def searchable(texts: Iterable[str | None]) -> str:
    """These texts, folded for searching."""
    return fold("\n".join(text for text in texts if text))


def is_found(sought: str, texts: Iterable[str | None]) -> bool:
    """Whether each word that was typed is a part of the texts: `Müller, Cleo` is found in `Cleo Müller`.

    Without any word, nothing is found.
    """
    words, there = words_of(sought), searchable(texts)
    return bool(words) and all(word in there for word in words)


def is_person(sought: str, texts: Iterable[str | None]) -> bool:
    """Like `is_found`, for what is known of a person: names that may be spelled in several ways are found in each."""
    words, there = words_of(sought), searchable(texts)
    return bool(words) and all(any(spelling in there for spelling in spellings(word)) for word in words)


def is_colleague(sought: str, texts: Iterable[str | None]) -> bool:
    """Like `is_person`, but other spellings count for whole words only: a single match is taken without a question."""
    words, there = words_of(sought), searchable(texts)
    whole = f" {' '.join(there.split())} "
    return bool(words) and all(
        word in there or any(f" {spelling} " in whole for spelling in spellings(word)) for word in words
    )
