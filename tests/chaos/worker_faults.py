"""What can happen to Careroute's own processes."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from tests.chaos.plant import RECOVER_SECONDS, Plant
from tests.processes import Running, children, wait_for


@contextmanager
def kill_a_worker(plant: Plant, random: Random) -> Iterator[None]:
    """SIGKILL, to the whole of it; another one with the same clock takes its place."""
    worker = random.choice(plant.workers)
    plant.kill_worker(worker)
    yield
    plant.start_worker(clock_hours=_clock(worker))


@contextmanager
def kill_a_child(plant: Plant, random: Random) -> Iterator[None]:
    """SIGKILL, to one process of a pool; its parent makes another, or ends where it has only just begun."""
    worker = random.choice(plant.workers)
    wait_for(lambda: children(worker.process.pid), "a child", RECOVER_SECONDS)
    child = random.choice(children(worker.process.pid))
    plant.lost_processes += 1
    os.kill(child, signal.SIGKILL)
    yield
    pid = worker.process.pid
    wait_for(lambda: not worker.is_running() or set(children(pid)) - {child}, "another child", RECOVER_SECONDS)
    if not worker.is_running():
        plant.kill_worker(worker)
        plant.start_worker(clock_hours=_clock(worker))


@contextmanager
def kill_a_web_process(plant: Plant, random: Random) -> Iterator[None]:
    """SIGKILL while it accepts; it is started again on its port."""
    port = random.choice(list(plant.webs))
    plant.webs[port].kill()
    yield
    plant.start_web(port)


@contextmanager
def let_a_worker_come_and_go(plant: Plant, random: Random) -> Iterator[None]:
    """One more joins, and one of them all is told to leave."""
    newest = plant.start_worker()
    wait_for(lambda: plant.is_at_work(newest), "one more worker", RECOVER_SECONDS)
    yield
    assert plant.stop_worker(random.choice(plant.workers)) == 0


def _clock(worker: Running) -> float:
    """By how many hours its clock is off."""
    return float(worker.variables.get("CLOCK_OFF_BY_HOURS", "0"))
