r"""Repairing names that come out of other systems: control characters, and texts that are too long.

Real exports write Windows-1252 punctuation as the C1 control characters U+0080 to U+009F (`LUKE\x92S`), because a text
in that encoding was read as ISO 8859-1. Which character each stands for is the table of
https://encoding.spec.whatwg.org/#index-windows-1252, which Python's codec `cp1252` has, too. Others write apostrophes
and letters as HTML does (`O&#39;Brien`), because a text was made ready for a page before it was stored.
"""

import html
import re
from dataclasses import dataclass
from enum import StrEnum

from router.text.cleaning import from_windows_1252
from router.text.rules import CONTROLS, has_visible

CUT_MARK = "…"
_SPACES = "\t\n\r"
# Only those that end as they should: `AT&T` and `Smith &co` stay.
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE | re.ASCII)
ENTITY_AT_END = re.compile(rf"{ENTITY.pattern}\Z", ENTITY.flags)
LONGEST_ENTITY = len("&") + 31 + len(";")


class Repair(StrEnum):
    """What was done to a text, in words for a report."""

    WINDOWS_1252 = "control characters were read as the Windows-1252 punctuation that they stand for"
    ENTITIES = "HTML entities were read as the characters that they stand for"
    DROPPED = "control characters were dropped"
    CUT = "was too long and was shortened, ending in …"


@dataclass(frozen=True, slots=True)
class RepairedText:
    """A text on one line, without white space around it, and what was done to it."""

    text: str
    repairs: tuple[Repair, ...] = ()


def repair_text(text: str, limit: int) -> RepairedText:
    """Make a text storable in a roster, with at most `limit` code points, and report the repairs.

    White space of any kind becomes single spaces, which doesn't count as a repair. Invisible text becomes empty.
    """
    repairs = []
    plain = _without_entities(text)
    if plain != text:
        repairs.append(Repair.ENTITIES)
        text = plain
    if CONTROLS.search(text):
        punctuation = {letter for letter in text if from_windows_1252(letter) not in {letter, ""}}
        if punctuation:
            repairs.append(Repair.WINDOWS_1252)
        read = from_windows_1252(text)
        kept = "".join(letter for letter in read if letter in _SPACES or not CONTROLS.match(letter))
        if any(CONTROLS.match(letter) and letter not in _SPACES for letter in set(text) - punctuation):
            repairs.append(Repair.DROPPED)
        text = kept
    tidied = " ".join(text.split()) if has_visible(text) else ""
    if len(tidied) > limit:
        repairs.append(Repair.CUT)
        tidied = tidied[: limit - len(CUT_MARK)].rstrip() + CUT_MARK
    return RepairedText(tidied, tuple(repairs))


def _without_entities(text: str) -> str:
    """The text in which no entity is left, also of those that were made ready for a page twice (`&amp;#39;`).

    Each is read where it ends, together with what was read before it: to read the whole text again for each time that
    it was made ready would take long for one that nobody made ready so often.
    """
    if not ENTITY.search(text):
        return text
    kept: list[str] = []
    for letter in text:
        kept.append(letter)
        while kept[-1:] == [";"] and (entity := ENTITY_AT_END.search("".join(kept[-LONGEST_ENTITY:]))):
            plain = html.unescape(entity[0])
            if plain == entity[0]:
                break
            kept[-len(entity[0]) :] = plain
    return "".join(kept)
