"""What of the address and the type of a place tells it from the place that it is part of."""

from collections.abc import Iterator

from router.text.folding import fold


def address_lines(address: object) -> frozenset[str]:
    """The lines of an Address, folded; the whole of it as a text where it has none."""
    if not isinstance(address, dict):
        return frozenset()
    lines = address.get("line")
    texts = [*lines] if isinstance(lines, list) else [lines]
    written = [fold(text) for text in texts if isinstance(text, str)]
    whole = address.get("text")
    return frozenset(filter(None, written or ([fold(whole)] if isinstance(whole, str) else [])))


def type_codes(concepts: object) -> frozenset[str]:
    """The codes of the types of a place: one type before FHIR R4, then a list of them."""
    return frozenset(_codes(concepts))


def _codes(value: object) -> Iterator[str]:
    for concept in value if isinstance(value, list) else [value]:
        codings = concept.get("coding") if isinstance(concept, dict) else None
        for coding in codings if isinstance(codings, list) else ():
            code = coding.get("code") if isinstance(coding, dict) else None
            if isinstance(code, str):
                yield code
