"""Careroute's own processes, started as a person would and killed as a machine does."""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Event, Lock
from time import monotonic
from typing import Any, Self
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parent.parent
DEADLINE_SECONDS = 30
COMMAND_SECONDS = 300

Finished = subprocess.CompletedProcess[str]


def wait_for(condition: Callable[[], Any], what: str, seconds: float = DEADLINE_SECONDS) -> Any:  # noqa: ANN401
    """Wait until the condition yields something true; fails when it doesn't in time."""
    pause, deadline = Event(), monotonic() + seconds
    while not (found := condition()):
        assert monotonic() < deadline, f"waited {seconds:g} s in vain for {what}"
        pause.wait(0.05)
    return found


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Whether anybody takes connections on this port of the loopback interface."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def environment(**variables: str) -> dict[str, str]:
    """The environment of a process: this one's without Careroute's variables, with these."""
    ours = (
        "DATABASE_URL",
        "BROKER_URL",
        "CELERY_BROKER_URL",
        "REDIS_URL",
        "SMTP_URL",
        "SECRET_KEY",
        "CAREROUTE_DATA_DIR",
    )
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    return inherited | {"PYTHONPATH": str(ROOT)} | variables


def children(parent: int) -> list[int]:
    """The child processes (proc(5), under task/children)."""
    listed = Path(f"/proc/{parent}/task/{parent}/children")
    try:
        return [int(one) for one in listed.read_text().split()]
    except OSError:
        return []


def is_running(process: int) -> bool:
    """Whether there is a process of this id that has not ended (proc(5), the state in stat)."""
    try:
        about = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return about.rpartition(")")[2].split()[0] != "Z"


class Commands:
    """Runs commands one after the other, in forks of a process that has imported everything; see tests.commands."""

    def __init__(self) -> None:
        self._alone = Lock()
        command = [sys.executable, "-m", "tests.commands"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(), cwd=ROOT
        )

    def run(self, arguments: Sequence[str], variables: Mapping[str, str], given: str | None) -> Finished:
        """Run one to its end."""
        with tempfile.TemporaryDirectory() as folder, self._alone:
            files = {name: Path(folder) / name for name in ("in", "out", "err")}
            files["in"].write_text(given or "")
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            asked = {"arguments": arguments, "environment": environment(**variables), "folder": folder}
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            assert select.select([self._process.stdout], [], [], COMMAND_SECONDS)[0], f"{arguments} never ended"
            code = int(self._process.stdout.readline())
            return subprocess.CompletedProcess(arguments, code, files["out"].read_text(), files["err"].read_text())

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(10)


@cache
def commands() -> Commands:
    """Those of this process of the test run."""
    made = Commands()
    atexit.register(made.close)
    return made


def careroute(*arguments: str, given: str | None = None, **variables: str) -> Finished:
    """Run one command to its end."""
    return commands().run(arguments, variables, given)


@dataclass
class Running:
    """A process that goes on, its log in a file."""

    arguments: tuple[str, ...]
    log: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    module: str = "config.command"

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", self.module, *self.arguments]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=environment(**self.variables), stdout=log, stderr=log, cwd=ROOT, start_new_session=True
            )
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """SIGKILL, to it and its children."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def is_running(self) -> bool:
        """Whether the process lives."""
        return self.process.poll() is None

    def stop(self, seconds: float = 10) -> int:
        """SIGTERM; returns the exit code, which must come within these seconds."""
        self.process.terminate()
        return self.process.wait(seconds)

    def said(self) -> str:
        """Everything that it has logged."""
        return self.log.read_text()


@dataclass(frozen=True)
class Portal:
    """A portal frontend: calls the API of a running service with a key."""

    port: int
    key: str = ""

    def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """The status and the document."""
        data = json.dumps(body).encode() if body is not None else None
        request = Request(f"http://127.0.0.1:{self.port}{path}", data, method=method)
        sent = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"} | headers
        for name, value in sent.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urlopen(request, timeout=20) as answer:  # noqa: S310 - the address is our own service's.
                return answer.status, json.load(answer)
        except HTTPError as error:
            return error.code, json.load(error)

    def write(self, key: str, **fields: object) -> tuple[int, Any]:
        """Send a message of the sample patient `sam` about a bill."""
        message = {"patient": "sam", "topic": "billing", "subject": "A bill", "body": "A question."} | fields
        return self.call("POST", "/v1/messages", message, Idempotency_Key=key)

    def is_ready(self) -> bool:
        """Whether the service can accept."""
        try:
            return self.call("GET", "/readyz")[0] == 200
        except (URLError, OSError):
            return False
