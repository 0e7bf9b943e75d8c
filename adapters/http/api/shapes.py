"""JSON schemas for people to read: the objects of a body, the fields of each, and what a field may hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# The lower limit, the upper limit, and what is counted: nothing for a number.
LIMITS = (
    ("minLength", "maxLength", "character"),
    ("minItems", "maxItems", "item"),
    ("minimum", "maximum", ""),
)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object: what it may hold, whether it must be there, and what it means."""

    name: str
    kind: str
    required: bool
    words: str


@dataclass(frozen=True, slots=True)
class Shape:
    """An object by the name of its schema."""

    name: str
    words: str
    fields: tuple[Field, ...]


def shapes_of(schema: dict[str, Any], schemas: dict[str, Any]) -> Iterator[Shape]:
    """The objects that a schema is made of, each once, outer ones first."""
    waiting, seen = _names(schema), set[str]()
    while waiting:
        name = waiting.pop(0)
        described = schemas[name]
        if name in seen or "properties" not in described:
            continue
        seen.add(name)
        required = described.get("required", ())
        fields = [
            Field(field, kind_of(found, schemas), field in required, found.get("description", ""))
            for field, found in described["properties"].items()
        ]
        yield Shape(name, described.get("description", ""), tuple(fields))
        waiting += _names(described["properties"])


def kind_of(schema: dict[str, Any], schemas: dict[str, Any] | None = None) -> str:
    """What a value may be, in words."""
    for alternatives in ("oneOf", "anyOf"):
        if alternatives in schema:
            return " or ".join(dict.fromkeys(kind_of(one, schemas) for one in schema[alternatives]))
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        found = (schemas or {}).get(name, {})
        return kind_of(found, schemas) if "enum" in found else name
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "items" in schema:
        kind = f"list of {kind_of(schema['items'], schemas)}"
    else:
        kind = schema.get("format") or schema.get("type", "anything")
    return ", ".join((kind, *_limits(schema)))


def _limits(schema: dict[str, Any]) -> Iterator[str]:
    """The range of each thing that a schema limits, such as "1 to 200 characters"."""
    for least, most, counted in LIMITS:
        lower, upper = schema.get(least), schema.get(most)
        if lower is None and upper is None:
            continue
        if lower is not None and upper is not None:
            text, last = (f"{lower} to {upper}", upper) if lower != upper else (f"exactly {lower}", lower)
        else:
            text, last = (f"at least {lower}", lower) if upper is None else (f"at most {upper}", upper)
        yield f"{text} {counted}{'' if last == 1 else 's'}" if counted else text


def _names(value: object) -> list[str]:
    """The schemas that a piece of a schema refers to, in order."""
    if isinstance(value, list):
        return [name for inner in value for name in _names(inner)]
    if not isinstance(value, dict):
        return []
    reference = value.get("$ref")
    own = [reference.rpartition("/")[2]] if isinstance(reference, str) else []
    return own + [name for inner in value.values() for name in _names(inner)]
