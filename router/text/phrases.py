"""Finding phrases in what people write: whole words, folded, all phrases in one pass over the text.

If a phrase ends in `*`, its last word may be longer. Case, accents, apostrophes, usual misspellings, `my self` for
`myself` and letters that are doubled, or not, make no difference. Punctuation within a phrase doesn't hide it, nor do
words such as `my`, `is` and `really`: `pain in chest` is found in `pain in my chest`, but not the other way round.

After a number, `kms` is a distance.

A negator directly before a phrase negates it, unless there is punctuation between them. Anything less clear isn't a
negation: a phrase that is itself negative can't be negated, and `no longer` and `without` negate nothing.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from router.text.folding import fold
from router.text.misspellings import CONTRACTIONS, MISSPELLINGS

Kept = TypeVar("Kept")
OPEN_END = "*"
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
# What may stand between two words, or around one, without separating them.
TRANSPARENT = frozenset(" -_/'\"*")
ASCII_WORDS = bytes(ord(chr(code).lower()) if chr(code).isalnum() and code < 128 else 32 for code in range(256))  # noqa: PLR2004
ASCII_APOSTROPHES = b"'`"
DOUBLED = re.compile(r"([a-z])\1+")
# Words of texts that are kept with what they may begin; then all are forgotten.
MOST_WORDS = 50_000

# As people read them; accents and apostrophes make no difference.
NEGATIONS = (
    "no", "not", "never", "deny", "denies", "denied", "denying", "don't have", "don't have any", "doesn't have",
    "doesn't have any", "didn't have", "didn't have any", "no sign of", "no signs of", "have no",
    "sin", "niega", "niego", "nunca", "ningún", "ninguna", "no tengo", "no tiene", "no hay", "no siento",
)  # fmt: skip
NEGATORS = frozenset(tuple(fold(words).replace("'", "").split()) for words in NEGATIONS)
LONGEST_NEGATOR = max(len(words) for words in NEGATORS)
# A phrase that begins with one of these is negative itself.
NEGATIVE_WORDS = """
no not never cant couldnt dont doesnt didnt wont wouldnt isnt arent unable without nothing nobody sin nunca nadie
"""
NEGATIVE = frozenset(NEGATIVE_WORDS.split())
# A text may have them within a phrase that doesn't.
LIGHT_WORDS = """
a am an are be been being even feel feels felt get gets getting got had has have her his is it its just kinda look looks
my our really so still such super that the their very was were
el esta estan estoy la las los mi muy su sus tan un una
"""
LIGHT = frozenset(LIGHT_WORDS.split())
# What people write for `kill myself` is also a unit, after a number or one of these.
UNITS = frozenset({"kms"})
AMOUNT_WORDS = """
few hundred how many of per several some the these those
cuantos pocos unos varios
"""
AMOUNTS = frozenset(AMOUNT_WORDS.split())
# Too common for a phrase to be looked for by.
COMMON_WORDS = """
a able about afraid all am an and any anymore are at baby be been better can day do end feel felt for from get give go
going got had has have he her here his home hope husband i if im in is it its ive just keep left life like live lost
make me my myself need no not of off on or out over point problem reason right see she should so still take that the
their think thinking this to too took trouble up want wants was we went will with without would you your
al como con de del el en es esta estoy ha la las lo los mi mis muy para por que se si su tengo tiene un una y ya
"""
COMMON = frozenset(COMMON_WORDS.split())
# Of two words perhaps, so that no phrase is looked for by them if it has another one.
JOINED = frozenset(CONTRACTIONS.values())


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

    def stands_at(self, words: Sequence[str], place: int) -> bool:
        """Whether the words from this position on are those of the phrase."""
        if _is_amount(words, place):
            return False
        for number, word in enumerate(self.words):
            while number and place < len(words) and words[place] in LIGHT and words[place] != word:
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
        if len(self) >= MOST_WORDS:
            self.clear()
        made = self[word] = self._work_out(word)
        return made


class PhraseBook:
    """Compiled phrases. `find` returns their indexes in the order in which they were given."""

    def __init__(self, phrases: Sequence[str]) -> None:
        split = [_split(phrase) for phrase in phrases]
        self._vocabulary = {word for words, _ in split for word in words}
        self._undoubled = {DOUBLED.sub(r"\1", word): word for word in sorted(self._vocabulary)}
        self._phrases: list[_Phrase] = []
        self._anchors: dict[str, list[int]] = defaultdict(list)
        self._beginnings: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for place, (words, open_ended) in enumerate(split):
            whole = words[:-1] if open_ended else words
            needed = frozenset(whole) - JOINED
            self._phrases.append(_Phrase(words, open_ended, bool(words) and words[0] in NEGATIVE, needed))
            if words:
                self._anchor(place, words, open_ended=open_ended)
        # For each word of a text, the phrases that are looked up by it (most words have none), and what it stands for.
        self._known = _Memo(self.begun_by)
        self._meanings = _Memo(self._meaning)

    def _anchor(self, place: int, words: tuple[str, ...], *, open_ended: bool) -> None:
        """Choose the word by which the phrase is looked up: the rarest, judging by length."""
        number = max(range(len(words)), key=lambda index: _rarity(words[index]))
        if open_ended and number == len(words) - 1:
            self._beginnings[words[number][0]].append((words[number], place))
        else:
            self._anchors[words[number]].append(place)

    def begun_by(self, word: str) -> tuple[int, ...]:
        """The indexes of the phrases that are looked up by this folded word of a text."""
        meant = self._meaning(word)
        begun = self._beginnings.get(meant[:1], ())
        return (*self._anchors.get(meant, ()), *(place for start, place in begun if meant.startswith(start)))

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
        found = []
        for place in looked_for:
            phrase = self._phrases[place]
            starts = [start for start in range(len(words)) if phrase.stands_at(words, start)]
            if starts:
                negated = all(not phrase.negative and _is_negated(words, apart, start) for start in starts)
                found.append(Found(place, negated))
        return found


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
