"""Careroute's processes as forks of one that has imported everything that they need: multiprocessing's fork server.

Importing takes three seconds of a processor, forking next to none. Each process of the test run has a fork server of
its own, which begins with its first fork and ends with it.
"""

import atexit
import multiprocessing
import os
import runpy
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerContext
from pathlib import Path
from subprocess import TimeoutExpired
from threading import Lock

# What these say is read while an interpreter starts, or while modules are imported.
READ_AT_START = {"PYTHONPATH", "PROMETHEUS_MULTIPROC_DIR"}


@dataclass(frozen=True, slots=True)
class Order:
    """What a process is to be: `python -m MODULE ARGUMENTS` in this environment and folder, with these files."""

    module: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    output: Path
    errors: Path
    given: Path = Path(os.devnull)
    # In an interpreter of its own, which imports everything anew.
    anew: bool = False


def be(order: Order) -> None:
    """Become it, in a session of its own; this is what a fork does."""
    os.setsid()
    os.chdir(order.folder)
    writing = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    for number, path, mode in ((0, order.given, os.O_RDONLY), (1, order.output, writing), (2, order.errors, writing)):
        os.dup2(os.open(path, mode, 0o600), number)
    if order.anew:
        command = [sys.executable, "-m", order.module, *order.arguments]
        os.execve(sys.executable, command, dict(order.environment))  # noqa: S606 - no shell is meant.
    os.environ.clear()
    os.environ.update(order.environment)
    sys.stdin = os.fdopen(0)
    sys.argv = [order.module, *order.arguments]
    try:
        runpy.run_module(order.module, run_name="__main__", alter_sys=True)
    finally:
        # An interpreter would call them; multiprocessing doesn't.
        atexit._run_exitfuncs()  # noqa: SLF001 - there is no other way.


@cache
def _forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.preloaded", __name__])
    return context


# Whoever starts a process looks at all others of this one too, and two that look at one at the same time see wrongly.
_looking = Lock()


class Fork:
    """A process that was told what to be."""

    def __init__(self, order: Order) -> None:
        self._process = _forks().Process(target=be, args=(order,), daemon=True)
        with _looking:
            self._process.start()
        assert self._process.pid is not None
        self.pid: int = self._process.pid

    def poll(self) -> int | None:
        """The exit code, negative where a signal ended it; none while it runs."""
        with _looking:
            return self._process.exitcode

    def wait(self, seconds: float) -> int:
        """The exit code, which must come within these seconds."""
        wait([self._process.sentinel], seconds)
        code = self.poll()
        if code is None:
            raise TimeoutExpired(str(self.pid), seconds)
        return code

    def terminate(self) -> None:
        """SIGTERM, where it runs."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL, where it runs, to it and its session."""
        if self.poll() is None:
            # One that has only just begun has no session yet, and nobody in it.
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        self.wait(10)
