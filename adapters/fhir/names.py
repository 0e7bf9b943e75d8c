"""The one name under which somebody appears, and words for roles and titles.

HumanName and CodeableConcept are those of https://hl7.org/fhir/R4/datatypes.html#HumanName and #CodeableConcept.
Names are the export's own: nothing is corrected in them but white space and control characters.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from adapters.fhir.datatypes import CodeableConcept, HumanName
from router.practice.roster_rules import NAME_LIMIT
from router.text.repair import repair_text

# The uses of a name, the preferred ones first.
_USES = ("official", "usual", None, "temp", "nickname", "anonymous", "maiden", "old")
# Python counts some control characters as white space; they stay, to be repaired and reported.
_WHITE_SPACE = re.compile(r"[^\S\x0b\x0c\x1c-\x1f\x85]+")
_NO_LIMIT = 2**30


def choose(names: Iterable[HumanName], now: datetime) -> str | None:
    """The name to show: official before others, a current one before one that isn't; None where there is no name.

    The whole name as a text comes before its parts, which say nothing of their order.
    """
    written = [(_preference(name, now), _written(name)) for name in names]
    return min((ranked for ranked in written if ranked[1]), key=lambda ranked: ranked[0], default=(None, None))[1]


def tidy(text: str | None) -> str:
    """A text on one line, without white space around it; control characters stay in it."""
    return _WHITE_SPACE.sub(" ", text or "").strip(" ")


def words(concepts: Iterable[CodeableConcept]) -> str | None:
    """The first text, else the first display; one that is empty or over-long is passed over."""
    for concept in concepts:
        for text in (concept.text, *(coding.display for coding in concept.coding)):
            shown = repair_text(text or "", _NO_LIMIT).text
            if 0 < len(shown) <= NAME_LIMIT:
                return tidy(text)
    return None


def _preference(name: HumanName, now: datetime) -> tuple[bool, int]:
    use = _USES.index(name.use) if name.use in _USES else len(_USES)
    return not name.period.is_current(now), use


def _written(name: HumanName) -> str:
    parts = (*name.prefix, *name.given, name.family, *name.suffix)
    return _visible(name.text) or _visible(" ".join(part for part in parts if part))


def _visible(text: str | None) -> str:
    """The text tidied, or nothing where nothing would be left of it."""
    return tidy(text) if repair_text(text or "", _NO_LIMIT).text else ""
