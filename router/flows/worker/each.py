"""Doing the same for each of several, of which one that fails keeps no other from its turn."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from router.errors import DATABASE_TROUBLE

One = TypeVar("One")


def count_each(some: Iterable[One], do: Callable[[One], int], fails: Callable[[One, Exception], object]) -> int:
    """The sum of what is done for each; one that fails is reported, and tried again at the next turn."""
    total = 0
    for one in some:
        try:
            total += do(one)
        except DATABASE_TROUBLE:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is about this one alone.
            fails(one, error)
    return total
