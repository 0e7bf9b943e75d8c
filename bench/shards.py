"""Fifty million messages a day over many databases: `python -m bench.shards`.

A simulation with service times that were measured with one database and all its processes on two cores. Practices are
spread over the shards by a hash of their id; messages come as a Poisson process whose rate follows the day. Each shard
takes batches of what waits, one after the other: what comes while a batch is routed waits for the next.
"""

import argparse
import math
import random
from collections import deque
from dataclasses import dataclass
from hashlib import blake2b

from rich.console import Console
from rich.table import Table

# Of each hour of the day, how much of the day's messages comes in it: a workday of practices in four time zones.
DAY = (2, 1, 1, 1, 1, 2, 5, 12, 30, 60, 80, 85, 80, 75, 80, 80, 75, 60, 40, 25, 18, 12, 8, 4)
# What a message costs two cores from the request to the mail server, everything running on them, and what a batch adds:
# the rows "whole system" and the latency of a single message (docs/performance.md).
MESSAGE_SECONDS, BATCH_SECONDS = 1 / 2_108, 0.006
BATCH = 500
COST = MESSAGE_SECONDS + BATCH_SECONDS / BATCH


@dataclass(frozen=True, slots=True)
class Installation:
    """How many messages come in a day, of how many practices, and over how many shards they are spread."""

    messages: int = 50_000_000
    practices: int = 100_000
    shards: int = 16
    # The largest practice's share is that many times the median's: sizes follow a log-normal distribution.
    spread: float = 1.3
    seed: int = 0

    def shares(self) -> list[float]:
        """Which share of the messages belongs to each shard."""
        luck = random.Random(self.seed)  # noqa: S311 - any will do.
        shares = [0.0] * self.shards
        total = 0.0
        for practice in range(self.practices):
            size = luck.lognormvariate(0, self.spread)
            digest = blake2b(f"practice-{practice}".encode(), digest_size=8).digest()
            shares[int.from_bytes(digest) % self.shards] += size
            total += size
        return [shares[shard] / total for shard in range(self.shards)]

    def rate(self, share: float) -> float:
        """Messages a second of a shard with this share, in the busiest hour."""
        return self.messages * share * max(DAY) / sum(DAY) / 3_600


def waits(rate: float, seconds: float, seed: int) -> list[float]:
    """For how long each message waits at this rate until its batch is through, in seconds, the shortest first."""
    luck = random.Random(seed)  # noqa: S311
    clock = 0.0
    found: list[float] = []
    arrived = deque([luck.expovariate(rate)])
    while clock < seconds:
        while arrived[-1] <= clock:
            arrived.append(arrived[-1] + luck.expovariate(rate))
        batch: list[float] = []
        while len(batch) < BATCH and arrived[0] <= clock:
            batch.append(arrived.popleft())
        if not batch:
            clock = arrived[0]
            continue
        clock += BATCH_SECONDS + MESSAGE_SECONDS * len(batch)
        found += [clock - at for at in batch]
    return sorted(found)


def catches_up(rate: float) -> float:
    """In how many minutes what came in an hour without any shard at work is routed, beside what comes then."""
    load = rate * COST
    return 60 * load / (1 - load) if load < 1 else math.inf


def main() -> None:
    """Print what the fullest shard sees in the busiest hour, for several numbers of shards."""
    asked = argparse.ArgumentParser(prog="python -m bench.shards", description=__doc__)
    for name in ("messages", "practices"):
        asked.add_argument(f"--{name}", type=int, default=getattr(Installation(), name))
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--shards", type=int, nargs="+", default=[1, 2, 4, 8, 16])
    given = asked.parse_args()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Shards", "Fullest", "Messages a second", "Of what it can", "Median", "99 of 100", "Catches up"):
        table.add_column(column)
    for shards in given.shards:
        installation = Installation(given.messages, given.practices, shards)
        share = max(installation.shares())
        rate = installation.rate(share)
        found = waits(rate, given.seconds, installation.seed)
        median, late = (f"{1_000 * found[math.floor(len(found) * part)]:,.0f} ms" for part in (0.5, 0.99))
        figures = (f"{share:.1%}", f"{rate:,.0f}", f"{rate * COST:.0%}")
        table.add_row(str(shards), *figures, median, late, f"{catches_up(rate):.1f} min")
    Console(highlight=False).print(table)


if __name__ == "__main__":
    main()
