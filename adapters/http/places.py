"""How many messages may wait to be stored: in all, of a practice, of a key, and of those whose key isn't known yet."""

from collections import Counter
from dataclasses import dataclass, field
from typing import TypeVar

from adapters.http.problems import Busy
from router.access.keys import Caller

MOST_WAITING = 2_000
MOST_OF_A_PRACTICE = 1_500
MOST_OF_A_KEY = 1_000
# Requests whose key is still being looked up.
MOST_OF_STRANGERS = 1_000
# A key with no more than these waiting finds a place also when all are taken by others.
RESERVED = 50

Counted = TypeVar("Counted")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose message waits."""

    practice: str
    key: str


STRANGER = Owner("", "")


def owner_of(caller: Caller | None) -> Owner:
    """Whose the requests of a key are; those of a key that isn't known yet are a stranger's."""
    return STRANGER if caller is None else Owner(caller.practice, caller.actor.id)


@dataclass(slots=True)
class Places:
    """Counts what waits, so that a heavy sender takes no place from others."""

    most: int = MOST_WAITING
    most_of_a_practice: int = MOST_OF_A_PRACTICE
    most_of_a_key: int = MOST_OF_A_KEY
    most_of_strangers: int = MOST_OF_STRANGERS
    reserved: int = RESERVED
    _by_key: Counter[Owner] = field(init=False, default_factory=Counter)
    _by_practice: Counter[str] = field(init=False, default_factory=Counter)
    _taken: int = field(init=False, default=0)

    @property
    def taken(self) -> int:
        """How many wait."""
        return self._taken

    def take(self, owner: Owner) -> None:
        """Take a place. Raises Busy where there is none for this owner."""
        if not self._has_room(owner):
            raise Busy("Too many messages are waiting to be stored. Repeat the request.")
        self.keep(owner)

    def keep(self, owner: Owner) -> None:
        """Take a place for a message that was admitted before."""
        self._by_key[owner] += 1
        self._by_practice[owner.practice] += 1
        self._taken += 1

    def leave(self, owner: Owner, places: int = 1) -> None:
        """Give places back."""
        self._taken -= places
        _take_off(self._by_key, owner, places)
        _take_off(self._by_practice, owner.practice, places)

    def _has_room(self, owner: Owner) -> bool:
        of_key = self._by_key[owner]
        if owner == STRANGER:
            return of_key < self.most_of_strangers and self._taken < self.most
        if of_key >= self.most_of_a_key or self._by_practice[owner.practice] >= self.most_of_a_practice:
            return False
        # However many keys there are, what is reserved for all of them together has an end.
        return self._taken < self.most or (of_key < self.reserved and self._taken < 2 * self.most)


def _take_off(counts: Counter[Counted], whose: Counted, places: int) -> None:
    """Who has nothing left is forgotten."""
    counts[whose] -= places
    if not counts[whose]:
        del counts[whose]
