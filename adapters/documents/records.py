"""Reading a JSON document record by record, since all records at once need many times the memory of their text."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import count

from adapters.documents.document import DECODER, MARKING_DECODER, NOT_VALID, no_object, not_json
from adapters.documents.problems import repeated_error
from adapters.documents.repeated_keys import RepeatedKey, RepeatedKeyError, repeated_keys
from router.errors import Invalid

WHITESPACE = re.compile(r"[ \t\n\r]*")


@dataclass(frozen=True, slots=True)
class Part:
    """A member of a document or, with `index`, a record in the list that is the member's value.

    For a list of records, the member itself comes first, as an empty list. `repeated` are the keys within the value
    that occur more than once.
    """

    member: str
    index: int | None
    value: object
    repeated: tuple[RepeatedKey, ...] = ()


def parts_of_json(data: bytes, lists: Collection[str]) -> Iterator[Part]:
    """The parts of a JSON object in UTF-8; the members named in `lists` come record by record.

    Raises Invalid if it isn't an object or has a member twice, which may be detected only at its end.
    """
    try:
        text = _Text(data.decode("utf-8-sig"))
        is_object = text.sign() == "{"
        if is_object:
            yield from _members(text, lists)
        else:
            text.value()
        text.end()
    except (ValueError, RecursionError):
        raise not_json() from None
    if not is_object:
        raise no_object()


def parts_of(value: object, lists: Collection[str]) -> Iterator[Part]:
    """Like `parts_of_json`, for a document that is already parsed."""
    if not isinstance(value, dict):
        raise no_object()
    for name, member in value.items():
        if name not in lists or not isinstance(member, list):
            yield Part(name, None, member)
            continue
        yield Part(name, None, [])
        yield from (Part(name, index, record) for index, record in enumerate(member))


def _members(text: "_Text", lists: Collection[str]) -> Iterator[Part]:
    text.take("{")
    if text.sign() == "}":
        text.take("}")
        return
    more, begun = ",", set[str]()
    while more == ",":
        name = text.name()
        if name in begun:
            raise Invalid(NOT_VALID, [repeated_error([name])])
        begun.add(name)
        text.take(":")
        if name in lists and text.sign() == "[":
            yield Part(name, None, [])
            yield from _records(text, name)
        else:
            yield Part(name, None, *text.value())
        more = text.take(",}")


def _records(text: "_Text", name: str) -> Iterator[Part]:
    text.take("[")
    if text.sign() == "]":
        text.take("]")
        return
    for index in count():
        yield Part(name, index, *text.value())
        if text.take(",]") == "]":
            return


@dataclass(slots=True)
class _Text:
    """A text that is read from beginning to end; each method raises ValueError if something else comes next."""

    text: str
    place: int = 0

    def sign(self) -> str:
        """The next character after white space; empty at the end."""
        space = WHITESPACE.match(self.text, self.place)
        self.place = space.end() if space else self.place
        return self.text[self.place : self.place + 1]

    def take(self, signs: str) -> str:
        """Skip one of these characters."""
        found = self.sign()
        if not found or found not in signs:
            raise ValueError
        self.place += 1
        return found

    def end(self) -> None:
        """Check that the text has ended."""
        if self.sign():
            raise ValueError

    def name(self) -> str:
        """The name of a member."""
        found, _ = self.value() if self.sign() == '"' else (None, ())
        if not isinstance(found, str):
            raise ValueError  # noqa: TRY004 - it is the text that is wrong.
        return found

    def value(self) -> tuple[object, tuple[RepeatedKey, ...]]:
        """A whole value, and the keys that are repeated in it."""
        self.sign()
        try:
            found, self.place = DECODER.raw_decode(self.text, self.place)
        except RepeatedKeyError:
            found, self.place = MARKING_DECODER.raw_decode(self.text, self.place)
            return found, tuple(repeated_keys(found))
        return found, ()
