"""The hint queues in Redis. Taking a hint pops it and writes nothing.

Kombu's consumer copies each message to a hash of unacknowledged messages, which a full Redis refuses, and raises on
messages that it can't decode. Hints need no acknowledgement: the sweep makes up for a lost one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from time import monotonic
from typing import Any

import redis

from adapters.broker.hint_reading import Reading, read

Now = Callable[[], datetime]
# Keys that the previous version used. They are read for one more version.
NAMES_BEFORE = ("route", "notify")
EXAMINE_SECONDS = 5
# Further hints add nothing: those for the whole backlog are 64.
MOST_WAITING = 1_000
USABLE = (b"list", b"none")


class UnusableQueueError(Exception):
    """None of the queue keys is a list."""


def keys_of(queues: Sequence[str], prefix: str) -> Mapping[str, str]:
    """Map the Redis keys that can hold hints for these queues to the names of the queues."""
    return {prefix + queue: queue for queue in queues} | {name: name for name in NAMES_BEFORE if name in queues}


class HintQueues:
    """The hint queues, over one open connection."""

    def __init__(self, client: redis.Redis, keys: Mapping[str, str], now: Now) -> None:
        self._client = client
        self._keys = keys
        self._now = now
        self._usable: list[str] = []
        self._examined_at = float("-inf")

    def take(self, seconds: int) -> tuple[str, Reading] | None:
        """Pop the oldest item of any queue, waiting up to `seconds` for one.

        Returns the name of the queue and the verdict on the item, or None if there was no item. Raises RedisError or
        OSError, and UnusableQueueError if none of the keys is a list.
        """
        if monotonic() - self._examined_at > EXAMINE_SECONDS:
            self._examine()
        taken: Any = self._client.brpop(self._usable, timeout=seconds)
        if taken is None:
            return None
        key, raw = taken[0].decode(), taken[1]
        # BRPOP looks at its keys in their order: the next one begins with the others.
        self._usable.sort(key=key.__eq__)
        queue = self._keys[key]
        return queue, read(raw, f"careroute.{queue}", self._now())

    def _examine(self) -> None:
        """Skip keys of other types and those that aren't permitted: BRPOP would fail for all. Shorten the others."""
        with self._client.pipeline(transaction=False) as pipe:
            for key in self._keys:
                pipe.type(key)
            kinds = pipe.execute(raise_on_error=False)
        self._usable = [key for key, kind in zip(self._keys, kinds, strict=True) if kind in USABLE]
        self._examined_at = monotonic()
        if not self._usable:
            raise next((refused for refused in kinds if isinstance(refused, redis.RedisError)), UnusableQueueError())
        # A user without this permission works through all of them.
        with suppress(redis.ResponseError):
            for key in self._usable:
                self._client.ltrim(key, 0, MOST_WAITING - 1)


@contextmanager
def open_queues(broker: str, options: Mapping[str, Any], keys: Mapping[str, str], now: Now) -> Iterator[HintQueues]:
    """Connect to the broker; `now` decides which hints have expired. Raises RedisError or OSError."""
    with closing(redis.Redis.from_url(broker, **options)) as client:
        yield HintQueues(client, keys, now)
