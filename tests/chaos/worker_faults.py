"""What can happen to Careroute's own processes."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random

from tests.chaos.stack import RECOVER_SECONDS, Stack
from tests.chaos.witness import LEASED, STILL_LEASED
from tests.processes import Running, children, wait_for


@contextmanager
def kill_a_worker(stack: Stack, random: Random) -> Iterator[None]:
    """SIGKILL, to the whole of it; another one with the same clock takes its place."""
    worker = random.choice(stack.workers)
    stack.kill_worker(worker)
    yield
    stack.start_worker(clock_hours=_clock(worker))


@contextmanager
def kill_a_child(stack: Stack, random: Random) -> Iterator[None]:
    """SIGKILL, to one process of a pool; its parent makes another, or ends where it has only just begun."""
    worker = random.choice(stack.workers)
    wait_for(lambda: children(worker.process.pid), "a child", RECOVER_SECONDS)
    child = random.choice(children(worker.process.pid))
    stack.lost_processes += 1
    os.kill(child, signal.SIGKILL)
    yield
    pid = worker.process.pid
    wait_for(lambda: not worker.is_running() or set(children(pid)) - {child}, "another child", RECOVER_SECONDS)
    if not worker.is_running():
        stack.kill_worker(worker)
        stack.start_worker(clock_hours=_clock(worker))


@contextmanager
def kill_a_web_process(stack: Stack, random: Random) -> Iterator[None]:
    """SIGKILL while it accepts; it is started again on its port."""
    port = random.choice(list(stack.webs))
    stack.webs[port].kill()
    yield
    stack.start_web(port)


@contextmanager
def let_a_worker_come_and_go(stack: Stack, random: Random) -> Iterator[None]:
    """One more joins, and one of them all is told to leave."""
    newest = stack.start_worker()
    wait_for(lambda: stack.is_at_work(newest), "one more worker", RECOVER_SECONDS)
    yield
    leaving = random.choice(stack.workers)
    # Until then SIGTERM ends it as it ends any program.
    wait_for(lambda: stack.is_at_work(leaving), "the worker that leaves", RECOVER_SECONDS)
    assert stack.stop_worker(leaving) == 0


@contextmanager
def suspend_a_worker(stack: Stack, random: Random) -> Iterator[None]:
    """SIGSTOP, to the whole of it, until others can lease everything that it may have leased; then it goes on."""
    worker = random.choice(stack.workers)
    everyone = [worker.process.pid, *children(worker.process.pid)]
    stack.lost_processes += len(everyone)
    leased = [row[0] for row in stack.ask(LEASED)]
    for process in everyone:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
        wait_for(lambda: not stack.ask(STILL_LEASED, leased), "leases run out", RECOVER_SECONDS)
    finally:
        for process in everyone:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


def _clock(worker: Running) -> float:
    """By how many hours its clock is off."""
    return float(worker.variables.get("CLOCK_OFF_BY_HOURS", "0"))
