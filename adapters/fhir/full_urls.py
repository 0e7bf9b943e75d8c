"""The entries of a Bundle by their `fullUrl`, by which the resources in it refer to one another.

See https://hl7.org/fhir/R4/bundle.html#references: a reference within a Bundle is to the entry with that `fullUrl`,
whatever id its resource has, and only otherwise to what bears the id. Transactions and collections are written so.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.documents.repeated_keys import marking_repeats

_URN = "urn:"
_ID = re.compile(r"(?:^urn:uuid:|/)([^/?#|\s]{1,128})$")
_LITERAL = re.compile(r"(?:^|/)([A-Z][A-Za-z]+/[^/?#|\s]+)(?:/_history/[^/?#]+)?$")
_REFERENCE = "reference"


def resources(entries: Sequence[Mapping[str, Any]]) -> Iterator[object]:
    """The resources of a Bundle's entries, each with an id, and with references that name others by their ids."""
    found = [(with_id(entry.get("resource"), entry.get("fullUrl")), entry.get("fullUrl")) for entry in entries]
    targets = _targets(found)
    for resource, _ in found:
        # A Bundle within this one has entries of its own.
        if targets and not (isinstance(resource, dict) and resource.get("resourceType") == "Bundle"):
            _rename(resource, targets)
        yield resource


def with_id(resource: object, address: object) -> object:
    """A resource of a Bundle with the id that the entry's `fullUrl` gives it, where it has none itself.

    See https://hl7.org/fhir/R4/bundle.html#bundle-unique.
    """
    if not isinstance(resource, dict) or resource.get("id") is not None or not isinstance(address, str):
        return resource
    found = _ID.search(address)
    # A key that occurs twice still does.
    return marking_repeats([*resource.items(), ("id", found[1])]) if found else resource


def _targets(found: Sequence[tuple[object, object]]) -> dict[str, str]:
    """What each `fullUrl` names that doesn't end with the id of its resource; one that names several names none."""
    names: dict[str, set[str]] = {}
    for resource, address in found:
        if isinstance(resource, dict) and isinstance(address, str) and isinstance(resource.get("id"), str):
            names.setdefault(_key(address), set()).add(f"{resource.get('resourceType')}/{resource['id']}")
    return {
        address: name
        for address, (name, *others) in names.items()
        if not others and address != name and (address.startswith(_URN) or "/" in address)
    }


def _key(address: str) -> str:
    """A reference or a `fullUrl` as both are compared: literal ones by type and id, as most leave out the server."""
    text = address.strip()
    # The hexadecimal digits of a UUID may be written in capitals.
    if text[: len(_URN)].lower() == _URN:
        return text.lower()
    literal = _LITERAL.search(text)
    return literal[1] if literal else text


def _rename(resource: object, targets: Mapping[str, str]) -> None:
    """Let the references in a resource name what they are to by its id."""
    ahead = [resource]
    while ahead:
        value = ahead.pop()
        inside = [part for _, part in value.items()] if isinstance(value, dict) else value
        ahead += [part for part in inside if isinstance(part, dict | list)] if isinstance(inside, list) else []
        if isinstance(value, dict) and isinstance(reference := value.get(_REFERENCE), str):
            value[_REFERENCE] = targets.get(_key(reference), reference)
