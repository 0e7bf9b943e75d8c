"""What all servers have in common: a folder, a port, a process that can be stopped, killed and paused."""

import os
import signal
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from tests.servers import guard
from tests.servers.ports import free_port
from tests.servers.waiting import wait_until

START_SECONDS = 30
STOP_SECONDS = 20
# Removing the files of many servers takes its time on a busy machine.
REMOVE_SECONDS = 60
# The port was free a moment ago; another process may have been faster.
TRIES = 3


@contextmanager
def guarded_folder() -> Iterator[Path]:
    """A folder for servers; whatever runs in there ends with this context or with this process."""
    folder = Path(tempfile.mkdtemp(prefix="careroute-servers-")).resolve()
    # PostgreSQL runs as another user where the tests run as root.
    folder.chmod(0o755)
    watch = [sys.executable, "-I", "-S", guard.__file__, str(os.getpid()), str(folder)]
    # In a session of its own it outlives a Ctrl-C.
    with subprocess.Popen(watch, stdin=subprocess.PIPE, start_new_session=True) as process:
        yield folder
        assert process.stdin is not None
        process.stdin.close()
        process.wait(REMOVE_SECONDS)


class Server(ABC):
    """A server process; it keeps its port and its data when it is started again."""

    stop_signal: ClassVar[signal.Signals]
    immediate_signal: ClassVar[signal.Signals]
    # None runs it as the user who runs the tests.
    user: str | None = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._paused = False

    @abstractmethod
    def command(self) -> Sequence[str | Path]:
        """What starts it, in the foreground."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it answers on its port."""

    def is_running(self) -> bool:
        """Whether its process lives, paused or not."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it and return when it answers."""
        if self.is_running():
            return
        first = self._process is None
        for attempt in range(TRIES):
            self._spawn()
            wait_until(lambda: not self.is_running() or self.answers(), START_SECONDS, f"{self} answers")
            if self.is_running():
                return
            if first and attempt + 1 < TRIES:
                self.port = free_port()
        message = f"{self} did not start: {self._log.read_text()[-2000:]}"
        raise AssertionError(message)

    def stop(self, *, immediate: bool = False) -> None:
        """Stop it and wait for its end; immediate: without taking leave of clients or writing anything down."""
        self.resume()
        if self._process is not None and self.is_running():
            self._process.send_signal(self.immediate_signal if immediate else self.stop_signal)
            self._process.wait(STOP_SECONDS)
        self._wait_for_the_end()

    def kill(self) -> None:
        """End it and all its children with SIGKILL, paused or not."""
        guard.signal_all(self.folder, signal.SIGKILL)
        if self._process is not None:
            self._process.wait(STOP_SECONDS)
        self._paused = False
        self._wait_for_the_end()

    def pause(self) -> None:
        """Freeze it with all its children: connections are accepted by the kernel, and nobody answers."""
        self._paused = True
        guard.signal_all(self.folder, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        if self._paused:
            guard.signal_all(self.folder, signal.SIGCONT)
            self._paused = False

    def revive(self) -> None:
        """Make it answer, whatever an earlier test did to it."""
        self.resume()
        self.start()

    def _spawn(self) -> None:
        with self._log.open("ab") as log:
            # Ctrl-C is for pytest, which then stops the servers.
            self._process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self.user,
                extra_groups=None if self.user is None else [],
            )

    def _wait_for_the_end(self) -> None:
        wait_until(lambda: not guard.processes_in(self.folder), STOP_SECONDS, f"{self} has ended")

    @property
    def _log(self) -> Path:
        return self.folder.with_suffix(".log")

    def __str__(self) -> str:
        return f"{type(self).__name__} on port {self.port}"
