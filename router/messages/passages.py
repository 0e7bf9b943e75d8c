"""The passage of a text in which words of a search stand: what a list shows of what was found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from router.text.folding import words_of

# So many characters are shown at most, and so many words before the one that was found.
LONGEST = 180
WORDS_BEFORE = 8


@dataclass(frozen=True, slots=True)
class FoundReply:
    """A reply of staff that a delivery shows, with words of a search in it."""

    delivery: UUID
    reply: UUID
    author: str
    at: datetime
    body: str = field(repr=False)


def lacking(words: Sequence[str], *texts: str) -> list[str]:
    """Those of these folded words that are in none of the texts."""
    there = [word for text in texts for word in words_of(text)]
    return [word for word in words if not any(word in known for known in there)]


def passage(text: str, words: Sequence[str]) -> str:
    """The text around the first of these folded words; from its beginning on where that is close, or none is there."""
    parts = text.split()
    place = next((index for index, part in enumerate(parts) if _has(part, words)), 0)
    if len(" ".join(parts[: place + 1])) <= LONGEST:
        place = 0
    first = max(place - WORDS_BEFORE, 0)
    shown = " ".join(parts[first:])
    if len(shown) > LONGEST:
        shown = shown[:LONGEST].rstrip(" .,") + "…"
    return f"… {shown}" if first else shown


def best_of(replies: Sequence[FoundReply], words: Sequence[str]) -> FoundReply | None:
    """The reply with most of these folded words, the newest of several; None where there is none."""
    return max(replies, key=lambda one: (-len(lacking(words, one.body)), one.at, one.reply), default=None)


def _has(part: str, words: Sequence[str]) -> bool:
    return any(word in folded for folded in words_of(part) for word in words)
