"""Values that a process keeps in memory, for as long as the version that was read inside the transaction stands.

A version means the same only as long as the server does: see `Database._memory_of`.
"""

from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

Key = TypeVar("Key")
Value = TypeVar("Value")

PRACTICES_KEPT = 2_000


class RecentCache(Generic[Key, Value]):
    """The `kept` most recently used values, for all threads. A key that holds a version never changes its value."""

    def __init__(self, kept: int) -> None:
        self._values: LRUCache[Key, Value] = LRUCache(kept)
        self._lock = Lock()

    def get_all(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """The cached values of these keys; keys without one are left out."""
        with self._lock:
            return {key: self._values[key] for key in keys if key in self._values}

    def keep(self, values: Mapping[Key, Value]) -> None:
        """Cache these, in place of the least recently used."""
        with self._lock:
            self._values.update(values)


class VersionedCache(Generic[Value]):
    """One value for each practice, of one version."""

    def __init__(self, kept: int = PRACTICES_KEPT) -> None:
        self._recent: RecentCache[str, tuple[int, Value]] = RecentCache(kept)

    def get(self, practice: str, version: int, load: Callable[[], Value]) -> Value:
        """The value as of this version, loaded unless it is the cached one."""
        cached = self._recent.get_all((practice,)).get(practice)
        if cached is not None and cached[0] == version:
            return cached[1]
        value = load()
        self._recent.keep({practice: (version, value)})
        return value
