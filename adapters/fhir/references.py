"""How one resource of an export points to another, and what it finds.

Four styles are read (https://hl7.org/fhir/R4/references.html, literal and logical references, and
https://hl7.org/fhir/R4/http.html#trules, conditional references):

- literal: `Practitioner/ID`, also with a base address before it and a version (`/_history/1`) behind it
- conditional: `Practitioner?identifier=SYSTEM|VALUE`
- logical: an `identifier` without a `reference`
- `urn:uuid:ID`, which names the resource with that id
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol
from urllib.parse import unquote

from adapters.fhir.datatypes import Identifier, Reference

_TYPE = re.compile(r"[A-Z][A-Za-z]+")
_LITERAL = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/([^/?#|\s]+)(?:/_history/[^/?#]+)?$")
_URN = "urn:uuid:"
_PARAMETER = "identifier="


@dataclass(frozen=True, slots=True)
class ById:
    """The resource with this id; without a type, of whatever type fits."""

    type: str | None
    id: str


@dataclass(frozen=True, slots=True)
class ByIdentifier:
    """The resource that holds this identifier; system None is any system, an empty one is none."""

    type: str | None
    system: str | None
    value: str


Pointer = ById | ByIdentifier


def pointers(reference: Reference) -> Iterator[Pointer]:
    """The ways in which a reference names its target, in the order in which they are tried."""
    if reference.reference:
        yield from _from_text(reference.reference.strip())
    if reference.identifier and reference.identifier.value:
        kind = reference.type if reference.type and _TYPE.fullmatch(reference.type) else None
        yield ByIdentifier(kind, reference.identifier.system, reference.identifier.value)


def _from_text(text: str) -> Iterator[Pointer]:
    if text[: len(_URN)].lower() == _URN:
        named = text[len(_URN) :]
        # The hexadecimal digits of a UUID may be written in capitals; ids are compared as they are.
        yield from (ById(None, spelling) for spelling in dict.fromkeys((named, named.lower())))
        return
    path, question, query = text.partition("?")
    if question:
        yield from _from_query(path.rstrip("/").rpartition("/")[2], query)
    elif literal := _LITERAL.search(path):
        yield ById(literal[1], literal[2])


def _from_query(kind: str, query: str) -> Iterator[ByIdentifier]:
    # A search by anything else than one identifier can't be answered here.
    if not _TYPE.fullmatch(kind) or not query.startswith(_PARAMETER) or "&" in query:
        return
    system, bar, value = unquote(query.removeprefix(_PARAMETER)).partition("|")
    if not bar:
        system, value = "", system
    if value:
        yield ByIdentifier(kind, system if bar else None, value)


class Why(Enum):
    """Why a reference finds nothing."""

    ABSENT = "isn't in the export"
    AMBIGUOUS = "is ambiguous: its identifier is held by more than one resource"
    UNREADABLE = "is a kind of reference that can't be followed"


@dataclass(frozen=True, slots=True)
class Match:
    """The one resource that a reference names."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Miss:
    """That a reference names no single resource, and the type that it asks for, where it says one."""

    why: Why
    type: str | None = None


def is_certainly_absent(reference: Reference, miss: Miss) -> bool:
    """Whether a reference that found nothing names a resource by its type and id, so that it is none that is there.

    One that names it in another way may be to a resource that doesn't say that it is known so.
    """
    named = list(pointers(reference))
    return miss.why is Why.ABSENT and any(isinstance(pointer, ById) and pointer.type for pointer in named)


class ManyResources(Protocol):
    """What is looked up elsewhere, since there is so much of it."""

    def has(self, kind: str, resource: str) -> bool:
        """Whether there is a resource with this id."""

    def holding(self, kind: str, system: str | None, value: str) -> set[str]:
        """The ids of the resources that hold an identifier; system None is any."""


class Index:
    """Every resource that references may name, by id and by identifier."""

    def __init__(self, many: ManyResources | None = None) -> None:
        self._many = many
        self._ids: set[tuple[str, str]] = set()
        self._holders: dict[tuple[str, str | None, str], set[str]] = {}

    def add(self, kind: str, resource: str, identifiers: Iterable[Identifier]) -> None:
        """Make a resource known, with its identifiers."""
        self._ids.add((kind, resource))
        for identifier in identifiers:
            if identifier.value:
                self._holders.setdefault((kind, identifier.system or "", identifier.value), set()).add(resource)
                self._holders.setdefault((kind, None, identifier.value), set()).add(resource)

    def find(self, reference: Reference, kinds: Sequence[str]) -> Match | Miss:
        """The resource that a reference names; one without a type is sought among `kinds`, in their order."""
        miss = Miss(Why.UNREADABLE)
        for pointer in pointers(reference):
            answer = self._look_up(pointer, [pointer.type] if pointer.type else kinds)
            if isinstance(answer, Match):
                return answer
            miss = answer
        return miss

    def key(self, reference: Reference, kind: str) -> Pointer | Miss:
        """What two references to one resource have in common, even where the export leaves that resource out."""
        answer = self.find(reference, [kind])
        if isinstance(answer, Match):
            return ById(answer.type, answer.id)
        if answer.why is Why.ABSENT:
            return next(replace(pointer, type=pointer.type or kind) for pointer in pointers(reference))
        return answer

    def _look_up(self, pointer: Pointer, kinds: Sequence[str]) -> Match | Miss:
        for kind in kinds:
            found = self._with_id(kind, pointer.id) if isinstance(pointer, ById) else self._holding(kind, pointer)
            if len(found) > 1:
                return Miss(Why.AMBIGUOUS, kind)
            if found:
                return Match(kind, next(iter(found)))
        return Miss(Why.ABSENT, pointer.type)

    def _with_id(self, kind: str, resource: str) -> set[str]:
        is_known = (kind, resource) in self._ids or (self._many is not None and self._many.has(kind, resource))
        return {resource} if is_known else set()

    def _holding(self, kind: str, pointer: ByIdentifier) -> set[str]:
        holders = self._holders.get((kind, pointer.system, pointer.value), set())
        return holders if self._many is None else holders | self._many.holding(kind, pointer.system, pointer.value)
