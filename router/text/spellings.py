"""Other spellings of a name that somebody typed: `oconnor` is O'Connor, `almasri` al-Masri and `mueller` Müller.

They are made of what was typed, not of the names that are looked through: so they find what any release has stored, by
the index that there is.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

# Shorter words have so few letters that nearly every name would have some spelling of them.
SHORTEST = 4
# So many letters stand at least on each side of a hyphen that was left out, and in a word with one. A blank isn't
# tried: it would find `sandra` in Susan Drake.
SHORTEST_PART, SHORTEST_JOINED = 2, 6
# Somebody who types more letters without a break doesn't type a name.
LONGEST = 24
JOINTS = re.compile("['-]")
# What is written in place of ä, ö and ü, whose dots folding takes away; but not at the end of Zoe, Joel and Michael.
DIGRAPH = re.compile("([aou])e(?=[a-z])(?!l$)")
# A vowel that may have had dots.
VOWEL = re.compile("[aou](?=[a-df-z])")


@lru_cache(maxsize=1024)
def spellings(word: str) -> tuple[str, ...]:
    """The ways to write a folded word, the one that was typed first; a text that has any of them has the word."""
    return tuple(dict.fromkeys(_spellings(word)))


def _spellings(word: str) -> Iterator[str]:
    yield word
    if not SHORTEST <= len(word) <= LONGEST:
        return
    if JOINTS.search(word):
        yield JOINTS.sub("", word)
        yield word.replace("-", " ")
    elif word.isalpha():
        yield from _with_joints(word)
    yield DIGRAPH.sub(r"\1", word)
    for vowel in VOWEL.finditer(word):
        yield f"{word[: vowel.end()]}e{word[vowel.end() :]}"


def _with_joints(word: str) -> Iterator[str]:
    for place in range(1, len(word)):
        yield f"{word[:place]}'{word[place:]}"
    if len(word) >= SHORTEST_JOINED:
        for place in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
            yield f"{word[:place]}-{word[place:]}"
