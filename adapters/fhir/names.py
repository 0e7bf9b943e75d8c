"""The one name under which somebody appears, and words for roles and titles.

HumanName and CodeableConcept are those of https://hl7.org/fhir/R4/datatypes.html#HumanName and #CodeableConcept.
Names are the export's own: nothing is corrected in them but white space.
"""

from collections.abc import Iterable
from datetime import datetime

from adapters.fhir.resources import CodeableConcept, HumanName
from router.practice.roster_rules import NAME_LIMIT
from router.text import problem_with

# The uses of a name, the preferred ones first.
_USES = ("official", "usual", None, "temp", "nickname", "anonymous", "maiden", "old")


def choose(names: Iterable[HumanName], now: datetime) -> str | None:
    """The name to show: official before others, one in use before one that has ended; None where there is no name."""
    written = [(_preference(name, now), _written(name)) for name in names]
    return min((one for one in written if one[1]), key=lambda one: one[0], default=(None, None))[1]


def tidy(text: str | None) -> str:
    """A text on one line, without white space around it."""
    return " ".join((text or "").split())


def words(concepts: Iterable[CodeableConcept]) -> str | None:
    """The first text, else the first display; one that the product can't show is passed over."""
    for concept in concepts:
        for text in (concept.text, *(coding.display for coding in concept.coding)):
            shown = tidy(text)
            if shown and problem_with(shown, NAME_LIMIT) is None:
                return shown
    return None


def _preference(name: HumanName, now: datetime) -> tuple[bool, int]:
    use = _USES.index(name.use) if name.use in _USES else len(_USES)
    return name.period.has_ended(now), use


def _written(name: HumanName) -> str:
    parts = (*name.prefix, *name.given, name.family, *name.suffix)
    return tidy(" ".join(part for part in parts if part)) or tidy(name.text)
