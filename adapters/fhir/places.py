"""What of the address and the type of a place tells it from the place that it is part of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from router.text.folding import fold

# A line that says only where in a building something is: buildings in other streets have a Suite 5 as well.
_NUMBERED = r"(?:(?:suite|ste|room|rm|floor|fl|level|unit|wing|ward|apartment|apt)\b|#)[\s.#]*(?:[a-z]?\d+[a-z]?|[a-z])"
_IN_A_BUILDING = rf"(?:{_NUMBERED}|\w+ (?:floor|level))"
_WITHIN_A_BUILDING = re.compile(rf"{_IN_A_BUILDING}(?:[\s,]+{_IN_A_BUILDING})*")
_NOT_IN_A_POSTCODE = re.compile(r"[\s-]")


@dataclass(frozen=True, slots=True)
class Address:
    """An Address, folded, without what is inside a building.

    It isn't readable where something in it has another type than FHIR gives it.
    """

    lines: frozenset[str] = frozenset()
    city: str = ""
    postal_code: str = ""
    is_readable: bool = True

    @property
    def is_given(self) -> bool:
        """Whether it says anything."""
        return bool(self.lines or self.city or self.postal_code)

    def is_elsewhere(self, site: "Address") -> bool:
        """Whether this is certainly another place than that of a site, or one where the site names none."""
        is_in_another_town = bool(self.city and site.city) and self.city != site.city
        is_in_another_street = bool(self.lines) and self.lines.isdisjoint(site.lines)
        return is_in_another_town or is_in_another_street or self._has_another_postcode(site)

    def _has_another_postcode(self, site: "Address") -> bool:
        # A longer code, such as ZIP+4, is a part of the area of the shorter one.
        longer, shorter = sorted((self.postal_code, site.postal_code), key=len, reverse=True)
        return not longer.startswith(shorter)


def read_address(value: object) -> Address:
    """What an element `address` says; the text of one that has no lines counts as a line."""
    if value is None or value == []:
        return Address()
    if not isinstance(value, dict):
        return Address(is_readable=isinstance(value, str) and not value.strip())
    parts = {name: value.get(name) for name in ("city", "postalCode", "text")}
    texts = {name: fold(part) if isinstance(part, str) else "" for name, part in parts.items()}
    held = value.get("line")
    written = held if isinstance(held, list) else [held]
    lines = [fold(line) for line in written if isinstance(line, str)] or [texts["text"]]
    return Address(
        frozenset(line for line in lines if line and not _WITHIN_A_BUILDING.fullmatch(line)),
        texts["city"],
        _NOT_IN_A_POSTCODE.sub("", texts["postalCode"]),
        all(part is None or isinstance(part, str) for part in (*parts.values(), *written)),
    )


@dataclass(frozen=True, slots=True)
class Types:
    """The codes of the types of a place; they aren't readable where some can't be read."""

    codes: frozenset[str] = frozenset()
    is_readable: bool = True


def read_types(value: object) -> Types:
    """What an element `type` says: one type before FHIR R4, then a list of them."""
    codes = list(_codes(value))
    return Types(frozenset(filter(None, codes)), None not in codes)


def _codes(value: object) -> Iterator[str | None]:
    """The codes, and None for each that can't be read."""
    for concept in _parts(value):
        for coding in _parts(concept.get("coding")) if isinstance(concept, dict) else [concept]:
            code = (coding.get("code") or "") if isinstance(coding, dict) else None
            yield code if isinstance(code, str) else None


def _parts(value: object) -> list[object]:
    parts = value if isinstance(value, list) else [value]
    return [part for part in parts if part not in (None, "")]
