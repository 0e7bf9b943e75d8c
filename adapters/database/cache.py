"""What is kept in memory of a practice, for as long as the version that was read inside the transaction stands."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

PRACTICES_KEPT = 2_000


class VersionedCache(Generic[Value]):
    """One value for each practice, of one version; the practices that were used least recently go first."""

    def __init__(self, kept: int = PRACTICES_KEPT) -> None:
        self._kept = kept
        self._values: OrderedDict[str, tuple[int, Value]] = OrderedDict()
        self._lock = Lock()

    def get(self, practice: str, version: int, load: Callable[[], Value]) -> Value:
        """The value as of this version, loaded when it isn't the one at hand."""
        with self._lock:
            found = self._values.get(practice)
            if found is not None and found[0] == version:
                self._values.move_to_end(practice)
                return found[1]
        value = load()
        with self._lock:
            self._values[practice] = (version, value)
            self._values.move_to_end(practice)
            if len(self._values) > self._kept:
                self._values.popitem(last=False)
        return value


class RecentCache(Generic[Key, Value]):
    """The values that were used most recently, at most so many; a key that holds a version never changes its value."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def get_all(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """What is at hand of these."""
        found: dict[Key, Value] = {}
        with self._lock:
            for key in keys:
                if key in self._values:
                    self._values.move_to_end(key)
                    found[key] = self._values[key]
        return found

    def keep(self, values: Mapping[Key, Value]) -> None:
        """Keep these, in place of those that were used longest ago."""
        with self._lock:
            self._values.update(values)
            while len(self._values) > self._kept:
                self._values.popitem(last=False)
