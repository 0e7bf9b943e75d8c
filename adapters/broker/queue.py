"""The intake queue on Redis: claims that can't get lost, acknowledged after the commit.

Producers write with kombu or Celery; the queue's keys and envelopes are kombu's. Taking is done by scripts of our own:
kombu's consumer pops a message first and notes down afterwards that it is not acknowledged, so that a process killed
in between loses it, as one loses what is no envelope. Here both happen within Redis at once, by Redis' own clock.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

import redis
from kombu import Connection, Exchange, Queue

NAME = "careroute.intake"
UNACKNOWLEDGED = f"{NAME}.unacked"
INDEX = f"{NAME}.unacked_index"

# A batch is stored in well under a second. A worker that has not acknowledged it after this time is presumed dead, and
# another one gets the batch. If the first was only slow, the idempotency keys prevent duplicates.
VISIBILITY_SECONDS = 20
MOST_MESSAGES = 200
# So that a few large ones don't fill the memory.
MOST_BYTES = 8 * 1024 * 1024

# Redis doesn't roll a script back if it fails half way, because of a key of another type or a missing permission. So
# each script adds a message to its destination before removing it from its source. When Redis is full, only scripts
# that have already written may add data; the ZREM of a member that doesn't exist counts as a write.

# KEYS: index, unacknowledged, queues; ARGV: prefix of the tags, messages, bytes. Returns tag, payload, tag, payload, …
CLAIM = """
redis.call('ZREM', KEYS[1], '')
local now, taken, bytes, most = redis.call('TIME')[1], {}, 0, tonumber(ARGV[2])
for number = 3, #KEYS do
  while #taken < 2 * most and bytes < tonumber(ARGV[3]) do
    local payload = redis.call('LINDEX', KEYS[number], -1)
    if not payload then break end
    local tag = ARGV[1] .. ':' .. (#taken / 2)
    redis.call('ZADD', KEYS[1], now, tag)
    redis.call('HSET', KEYS[2], tag, payload)
    redis.call('RPOP', KEYS[number])
    taken[#taken + 1] = tag
    taken[#taken + 1] = payload
    bytes = bytes + #payload
  end
end
return taken
"""

# KEYS: index, unacknowledged, queue; ARGV: tags, the last first, so that the first is the next to be taken again.
RELEASE = """
redis.call('ZREM', KEYS[1], '')
for _, tag in ipairs(ARGV) do
  local payload = redis.call('HGET', KEYS[2], tag)
  if payload then redis.call('RPUSH', KEYS[3], payload) end
  redis.call('ZREM', KEYS[1], tag)
  redis.call('HDEL', KEYS[2], tag)
end
"""

# KEYS as above; ARGV: seconds, messages. Returns how many came back.
RESTORE = """
redis.call('ZREM', KEYS[1], '')
local before = redis.call('TIME')[1] - tonumber(ARGV[1])
local late = redis.call('ZREVRANGEBYSCORE', KEYS[1], before, '-inf', 'LIMIT', 0, tonumber(ARGV[2]))
for _, tag in ipairs(late) do
  local payload = redis.call('HGET', KEYS[2], tag)
  if payload then redis.call('RPUSH', KEYS[3], payload) end
  redis.call('ZREM', KEYS[1], tag)
  redis.call('HDEL', KEYS[2], tag)
end
return #late
"""

Claimed = list[tuple[bytes, bytes]]


class Claims:
    """The queue over one open connection."""

    def __init__(self, client: Any, queues: Sequence[str], visibility_seconds: float) -> None:  # noqa: ANN401 - kombu's client has no type.
        self._client = client
        self._queues = list(queues)
        self._visibility_seconds = visibility_seconds
        self._claim = client.register_script(CLAIM)
        self._release = client.register_script(RELEASE)
        self._restore = client.register_script(RESTORE)

    def claim(self) -> Claimed:
        """Take a batch, the oldest first, as tags and payloads; nobody else gets them for the visibility timeout."""
        taken = self._claim([INDEX, UNACKNOWLEDGED, *self._queues], [uuid4().hex, MOST_MESSAGES, MOST_BYTES])
        return list(zip(taken[::2], taken[1::2], strict=True))

    def acknowledge(self, claimed: Claimed) -> None:
        """They are stored for good: forget them."""
        tags = [tag for tag, _ in claimed]
        with self._client.pipeline() as pipe:
            pipe.zrem(INDEX, *tags).hdel(UNACKNOWLEDGED, *tags).execute()

    def release(self, claimed: Claimed) -> None:
        """Put them back to where they were."""
        self._release([INDEX, UNACKNOWLEDGED, self._queues[0]], [tag for tag, _ in reversed(claimed)])

    def restore(self) -> int:
        """Put back what others took and have not acknowledged in time; returns how many."""
        given = [self._visibility_seconds, MOST_MESSAGES]
        restored: int = self._restore([INDEX, UNACKNOWLEDGED, self._queues[0]], given)
        return restored


@contextmanager
def open_claims(
    broker: str, options: Mapping[str, object], visibility_seconds: float = VISIBILITY_SECONDS
) -> Iterator[Claims]:
    """Connect to the broker as every other process does, and declare the queue. Raises what kombu and redis raise."""
    with Connection(broker, transport_options=dict(options)) as connection:
        connection.connect()
        # What only the Redis transport has is in no type of kombu's.
        channel: Any = connection.channel()
        # Only producers that publish to the exchange need the declaration. A full Redis refuses it, but can be read.
        with suppress(redis.ResponseError):
            Queue(NAME, Exchange(NAME), routing_key=NAME)(channel).declare()
        queues = [f"{NAME}{channel.sep}{step}" if step else NAME for step in channel.priority_steps]
        with channel.conn_or_acquire() as client:
            yield Claims(client, queues, visibility_seconds)
