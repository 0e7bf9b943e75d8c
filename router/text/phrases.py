"""Finding phrases in what people write: whole words, folded, all phrases in one pass over the text.

If a phrase ends in `*`, its last word may be longer. Case, accents, apostrophes, usual misspellings, `my self` for
`myself` and letters that are doubled, or not, make no difference. Punctuation within a phrase doesn't hide it, nor do
words such as `my`, `is` and `really`, up to eight in a row: `pain in chest` is found in `pain in my chest`, but not the
other way round.

After a number, `kms` is a distance.

A negator directly before a phrase negates it, unless there is punctuation between them. Anything less clear isn't a
negation: a phrase that is itself negative can't be negated, and `no longer` and `without` negate nothing.

Looking takes as long as the text is: a phrase is compared only where its first word stands, and only so far.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from router.text.folding import fold
from router.text.misspellings import CONTRACTIONS, MISSPELLINGS
from router.text.phrase_words import AMOUNTS, COMMON, JOINED, LIGHT, LONGEST_NEGATOR, NEGATIVE, NEGATORS, UNITS

Kept = TypeVar("Kept")
OPEN_END = "*"
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
# What may stand between two words, or around one, without separating them.
TRANSPARENT = frozenset(" -_/'\"*")
ASCII_WORDS = bytes(ord(chr(code).lower()) if chr(code).isalnum() and code < 128 else 32 for code in range(256))  # noqa: PLR2004
ASCII_APOSTROPHES = b"'`"
DOUBLED = re.compile(r"([a-z])\1+")
# Words of texts that are kept with what they may begin; then all are forgotten. Longer ones are in no phrase.
MOST_WORDS, LONGEST_KEPT = 50_000, 80
# So many words of LIGHT are passed over between two words of a phrase. Nobody writes more in a row.
MOST_LIGHT = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase that occurs in a text, by its index in the book; `negated` if every occurrence is negated."""

    place: int
    negated: bool


@dataclass(frozen=True, slots=True)
class _Phrase:
    words: tuple[str, ...]
    open_ended: bool
    negative: bool
    # Every text with the phrase has these words as they are, not made of two.
    needed: frozenset[str]

    @property
    def first(self) -> str:
        """The word with which it begins, with `*` if that may be longer."""
        return self.words[0] + OPEN_END if self.open_ended and len(self.words) == 1 else self.words[0]

    def stands_at(self, words: Sequence[str], place: int) -> bool:
        """Whether the words from this position on are those of the phrase."""
        if _is_amount(words, place):
            return False
        for number, word in enumerate(self.words):
            last = place + MOST_LIGHT if number else place
            while place < last and place < len(words) and words[place] in LIGHT and words[place] != word:
                place += 1
            if place >= len(words) or not self._is(number, words[place]):
                return False
            place += 1
        return True

    def _is(self, number: int, word: str) -> bool:
        if self.open_ended and number == len(self.words) - 1:
            return word.startswith(self.words[number])
        return word == self.words[number]


class _Memo(dict[str, Kept]):
    """What was worked out for each word of a text."""

    def __init__(self, work_out: Callable[[str], Kept]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, word: str) -> Kept:
        made = self._work_out(word)
        if len(word) <= LONGEST_KEPT:
            if len(self) >= MOST_WORDS:
                self.clear()
            self[word] = made
        return made


class PhraseBook:
    """Compiled phrases. `find` returns their indexes in the order in which they were given."""

    def __init__(self, phrases: Sequence[str]) -> None:
        split = [_split(phrase) for phrase in phrases]
        self._vocabulary = {word for words, _ in split for word in words}
        self._undoubled = {DOUBLED.sub(r"\1", word): word for word in sorted(self._vocabulary)}
        self._phrases: list[_Phrase] = []
        self._anchors: dict[str, list[int]] = defaultdict(list)
        self._beginnings: dict[str, list[int]] = defaultdict(list)
        for place, (words, open_ended) in enumerate(split):
            whole = words[:-1] if open_ended else words
            needed = frozenset(whole) - JOINED
            self._phrases.append(_Phrase(words, open_ended, bool(words) and words[0] in NEGATIVE, needed))
            if words:
                self._anchor(place, words, open_ended=open_ended)
        self._lengths = {len(start) for start in self._beginnings}
        # For each word of a text, the phrases that are looked up by it (most words have none), and what it stands for.
        self._known = _Memo(self.begun_by)
        self._meanings = _Memo(self._meaning)

    def _anchor(self, place: int, words: tuple[str, ...], *, open_ended: bool) -> None:
        """Choose the word by which the phrase is looked up: the rarest, judging by length."""
        number = max(range(len(words)), key=lambda index: _rarity(words[index]))
        if open_ended and number == len(words) - 1:
            self._beginnings[words[number]].append(place)
        else:
            self._anchors[words[number]].append(place)

    def begun_by(self, word: str) -> tuple[int, ...]:
        """The indexes of the phrases that are looked up by this folded word of a text."""
        meant = self._meaning(word)
        starts = {meant[:length] for length in self._lengths}
        begun = (place for start in starts for place in self._beginnings.get(start, ()))
        return (*self._anchors.get(meant, ()), *begun)

    def _meaning(self, word: str) -> str:
        """What a word stands for that may have apostrophes."""
        return self._meant(word.replace("'", ""))

    def _meant(self, word: str) -> str:
        """The book's word for which this word can stand."""
        word = MISSPELLINGS.get(word, word)
        if word in self._vocabulary:
            return word
        return self._undoubled.get(DOUBLED.sub(r"\1", word), word)

    def find(self, text: str) -> list[Found]:
        """The phrases that occur in a text, each once, in the order of the book."""
        rough = _rough_words(text)
        begun = {place for places in filter(None, map(self._known.__getitem__, rough)) for place in places}
        if not begun:
            return []
        meant = set(map(self._meanings.__getitem__, rough))
        looked_for = sorted(place for place in begun if self._phrases[place].needed <= meant)
        return self._found(text, looked_for) if looked_for else []

    def _found(self, text: str, looked_for: Sequence[int]) -> list[Found]:
        split = words_in(text)
        words = [self._meant(word) for word, _ in split]
        apart = [apart for _, apart in split]
        standing = self._standing(words, looked_for)
        found = []
        for place in looked_for:
            phrase = self._phrases[place]
            starts = (start for start in standing.get(phrase.first, ()) if phrase.stands_at(words, start))
            negations = (not phrase.negative and _is_negated(words, apart, start) for start in starts)
            first = next(negations, None)
            if first is not None:
                found.append(Found(place, first and all(negations)))
        return found

    def _standing(self, words: Sequence[str], looked_for: Sequence[int]) -> Mapping[str, Sequence[int]]:
        """Where each word stands, and each that begins like a phrase of one word that may be longer."""
        standing: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(words):
            standing[word].append(number)
        begun = {first for place in looked_for if (first := self._phrases[place].first).endswith(OPEN_END)}
        lengths = {len(first) - len(OPEN_END) for first in begun}
        for word in list(standing) if begun else ():
            for first in {word[:length] + OPEN_END for length in lengths} & begun:
                standing[first] += standing[word]
        return standing


def _rarity(word: str) -> tuple[bool, bool, int]:
    return word not in JOINED, word not in COMMON, len(word)


def _rough_words(text: str) -> list[str]:
    """The folded words of a text, roughly but quickly, since this runs for every text and most contain no phrase."""
    if text.isascii():
        return text.encode().translate(ASCII_WORDS, ASCII_APOSTROPHES).decode().split()
    return WORD.findall(fold(text))


def words_in(text: str) -> list[tuple[str, bool]]:
    """The folded words of a text, each with whether punctuation, a sign or a line end comes before it."""
    found: list[tuple[str, bool]] = []
    for line in text.splitlines():
        folded, end = fold(line), 0
        for number, match in enumerate(WORD.finditer(folded)):
            between = folded[end : match.start()]
            apart = number == 0 or not TRANSPARENT.issuperset(between)
            word, end = match[0].replace("'", ""), match.end()
            pair = (found[-1][0], MISSPELLINGS.get(word, word)) if found and not apart else None
            contracted = CONTRACTIONS.get(pair) if pair else None
            if contracted is None:
                found.append((word, apart))
            else:
                found[-1] = (contracted, found[-1][1])
    return found


def _split(phrase: str) -> tuple[tuple[str, ...], bool]:
    """The words of a phrase as they are looked up, and whether the last one may be longer and stays as it is."""
    words = [word for word, _ in words_in(phrase)]
    meant = tuple(MISSPELLINGS.get(word, word) for word in words)
    if not phrase.rstrip().endswith(OPEN_END):
        return meant, False
    return (*meant[:-1], *words[-1:]), True


def _is_amount(words: Sequence[str], place: int) -> bool:
    before = words[place - 1] if place else ""
    return words[place] in UNITS and (before.isdecimal() or before in AMOUNTS)


def _is_negated(words: Sequence[str], apart: Sequence[bool], start: int) -> bool:
    return any(tuple(words[first:start]) in NEGATORS for first in _joined_before(apart, start))


def _joined_before(apart: Sequence[bool], start: int) -> Iterator[int]:
    """The positions of preceding words with nothing but space between them and this one, nearest first."""
    for first in range(start - 1, max(start - LONGEST_NEGATOR, 0) - 1, -1):
        if apart[first + 1]:
            return
        yield first
