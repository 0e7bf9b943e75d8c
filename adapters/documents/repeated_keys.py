"""JSON objects that have a key more than once: which of its values was meant can't be told (RFC 8259, section 4).

Readers of JSON take the last one in silence. Here it is an error, or, where what can be read of a document counts, a
member that is named. The functions on pairs are for `object_pairs_hook` of a decoder.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from typing_extensions import override

Pairs = list[tuple[str, Any]]
# Where a value stands: where that stands which it is in, and its name there. A whole path for each would be long.
_Way: TypeAlias = "tuple[_Way, int | str] | None"


class RepeatedKeyError(ValueError):
    """An object has a key more than once."""


class _Repeating(dict[str, Any]):
    """An object of which some key was repeated; it holds the last value of each, and `items` are all that there were.

    So it becomes again what it was when it is written as JSON.
    """

    def __init__(self, pairs: Pairs) -> None:
        super().__init__(pairs)
        self.pairs = pairs

    @override
    def items(self) -> Any:
        return self.pairs


@dataclass(frozen=True, slots=True)
class RepeatedKey:
    """The place of a member whose key is repeated; `is_same`: with the same value each time."""

    place: tuple[int | str, ...]
    is_same: bool


def without_repeats(pairs: Pairs) -> dict[str, Any]:
    """An object of its members. Raises RepeatedKeyError."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise RepeatedKeyError
    return made


def marking_repeats(pairs: Pairs) -> dict[str, Any]:
    """An object of its members, in which `repeated_keys` finds those that were repeated."""
    made = dict(pairs)
    return made if len(made) == len(pairs) else _Repeating(pairs)


def repeated_keys(value: object, limit: int | None = None) -> list[RepeatedKey]:
    """The members that were repeated anywhere in a value that was decoded with `marking_repeats`, outermost first.

    At most `limit`, if there is one.
    """
    return list(islice(_found(value), limit))


def repeated_here(value: object) -> list[str]:
    """The keys that were repeated in an object itself."""
    return [str(one.place[0]) for one in _repeats(value, ())]


def _found(value: object) -> Iterator[RepeatedKey]:
    level: list[tuple[_Way, object]] = [(None, value)]
    while level:
        below: list[tuple[_Way, object]] = []
        for way, found in level:
            if isinstance(found, _Repeating):
                yield from _repeats(found, _place(way))
            inside = (
                dict.items(found) if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
            )
            below += [((way, name), part) for name, part in inside]
        level = below


def _place(way: "_Way") -> tuple[int | str, ...]:
    names: list[int | str] = []
    while way is not None:
        way, name = way
        names.append(name)
    return tuple(reversed(names))


def _repeats(value: object, above: tuple[int | str, ...]) -> Iterator[RepeatedKey]:
    if not isinstance(value, _Repeating):
        return
    values: dict[str, list[Any]] = {}
    for key, member in value.pairs:
        values.setdefault(key, []).append(member)
    for key, members in values.items():
        if len(members) > 1:
            yield RepeatedKey((*above, key), all(member == members[0] for member in members))
