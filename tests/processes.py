"""Careroute's own processes, started as a person would and killed as a machine does."""

import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any, Self
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tests.forked import READ_AT_START, Fork, Order

ROOT = Path(__file__).resolve().parent.parent
DEADLINE_SECONDS = 30
COMMAND_SECONDS = 300
COMMAND = "config.command"

Finished = subprocess.CompletedProcess[str]


def wait_for(condition: Callable[[], Any], what: str, seconds: float = DEADLINE_SECONDS) -> Any:  # noqa: ANN401
    """Wait until the condition yields something true; fails when it doesn't in time."""
    pause, deadline = Event(), monotonic() + seconds
    while not (found := condition()):
        assert monotonic() < deadline, f"waited {seconds:g} s in vain for {what}"
        pause.wait(0.05)
    return found


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
        "QUEUE_PREFIX",
        "ALLOW_UNSAFE_DATABASE",
    )
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    # The tests' own servers don't wait for a disk.
    return inherited | {"PYTHONPATH": str(ROOT), "ALLOW_UNSAFE_DATABASE": "1"} | variables


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


def careroute(*arguments: str, given: str | None = None, **variables: str) -> Finished:
    """Run one command to its end."""
    with tempfile.TemporaryDirectory() as folder:
        output, errors, taken = (Path(folder) / name for name in ("out", "err", "in"))
        for path, text in ((output, ""), (errors, ""), (taken, given or "")):
            path.write_text(text)
        anew = not READ_AT_START.isdisjoint(variables)
        command = Fork(Order(COMMAND, arguments, environment(**variables), ROOT, output, errors, taken, anew=anew))
        try:
            code = command.wait(COMMAND_SECONDS)
        finally:
            command.kill()
        return subprocess.CompletedProcess(arguments, code, output.read_text(), errors.read_text())


@dataclass
class Running:
    """A process that goes on, its log in a file."""

    arguments: tuple[str, ...]
    log: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    module: str = COMMAND
    # The tree whose code it runs.
    root: Path = ROOT

    def __enter__(self) -> Self:
        # Whoever asks what it has said may ask before it has begun.
        self.log.touch()
        variables = environment(**({"PYTHONPATH": str(self.root)} | dict(self.variables)))
        anew = self.root != ROOT or not READ_AT_START.isdisjoint(self.variables)
        self.process = Fork(Order(self.module, self.arguments, variables, self.root, self.log, self.log, anew=anew))
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """SIGKILL, to it and its children."""
        self.process.kill()

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
