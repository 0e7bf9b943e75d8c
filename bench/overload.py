"""Twice as much as can be taken: `python -m bench overload`.

The rate that a web process can accept is measured with as many connections as fill its groups. Then frontends write at
twice that rate for ten seconds, whether they are answered or not. What must hold: nobody's connection is lost, whoever
isn't accepted hears 503 with Retry-After, what was accepted is stored and delivered, and afterwards it is as quick as
before.
"""

from dataclasses import replace

from rich.console import Console

from bench.http import MESSAGE, System, careroute_system, wait_until_finished
from bench.load import send_apart
from bench.stack import Stack
from bench.stream import Heard, Stream, stream_apart

MANY_CONNECTIONS = 512
TO_MEASURE = 6_000
TIMES_THE_RATE = 2
SECONDS = 10
# Before and after: few enough that each comes alone.
FEW = 10
ACCEPTED, BUSY = 202, 503


def overload(stack: Stack, console: Console) -> list[str]:
    """Measure, print, and return what doesn't hold."""
    with careroute_system(stack) as system:
        rate = _most_accepted(stack, system)
        before = _stream(stack, system, FEW, 1)
        wait_until_finished(system)
        stored = _count(system)
        heard = _stream(stack, system, TIMES_THE_RATE * rate, SECONDS)
        wait_until_finished(system)
        more, delivered = (now - then for now, then in zip(_count(system), stored, strict=True))
        after = _stream(stack, system, FEW, 1)
    console.print(f"accepted a second at most: {rate:,.0f}; sent: {TIMES_THE_RATE * rate:,.0f} for {SECONDS} s")
    for status, answers in sorted(heard.items()):
        name = str(status) if status else "connection lost"
        console.print(
            f"{name}: {answers.count:,}, median {answers.median_seconds:.3f} s,"
            f" slowest {answers.slowest_seconds:.3f} s, with Retry-After {answers.with_retry_after:,}"
        )
    console.print(f"stored: {more:,}, delivered: {delivered:,}")
    alone = [answers[ACCEPTED].median_seconds * 1000 for answers in (before, after)]
    console.print(f"a single message was answered in {alone[0]:.1f} ms before and in {alone[1]:.1f} ms after")
    return _problems(heard, more, delivered, after)


def _most_accepted(stack: Stack, system: System) -> float:
    for count in (system.load.count, TO_MEASURE):
        load = replace(system.load, connections=MANY_CONNECTIONS, count=count)
        answered = send_apart(load, stack.folder, system.environment)
        wait_until_finished(system)
    return answered.accepted_a_second


def _stream(stack: Stack, system: System, rate: float, seconds: float) -> dict[int, Heard]:
    stream = Stream(system.port, system.load.path, MESSAGE, rate, seconds, system.load.key)
    return stream_apart(stream, stack.folder, system.environment)


def _count(system: System) -> tuple[int, int]:
    """How many messages are stored, and how many of them are delivered."""
    row = system.watch.execute("select count(*), count(*) filter (where state = 'delivered') from message").fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def _problems(heard: dict[int, Heard], stored: int, delivered: int, after: dict[int, Heard]) -> list[str]:
    accepted, refused = heard.get(ACCEPTED), heard.get(BUSY)
    problems = []
    if set(heard) - {ACCEPTED, BUSY}:
        problems.append("somebody heard something else than 202 or 503")
    if refused is None or refused.with_retry_after < refused.count:
        problems.append("nothing was shed, or without Retry-After")
    if accepted is None or not accepted.count == stored == delivered:
        problems.append("what was accepted is not what was stored and delivered")
    if set(after) != {ACCEPTED}:
        problems.append("it did not recover")
    return problems
