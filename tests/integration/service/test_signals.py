"""What other signals than SIGTERM do to a process: a hang-up stops it, unless it was started by nohup."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from threading import Event

import pytest

from tests.chaos.broker_faults import HINT_BODY, enveloped
from tests.chaos.stack import Stack
from tests.integration.service.conftest import ON_THE_STACK
from tests.processes import COMMAND, ROOT, Portal, Running, environment, wait_for
from tests.servers.ports import free_port

pytestmark = ON_THE_STACK


@pytest.fixture(params=["run", "worker"])
def process(request: pytest.FixtureRequest, stack: Stack) -> Iterator[Running]:
    """A web process or a worker that is at work, started as documented."""
    port = free_port()
    # The tests themselves may have been started by nohup.
    ignored = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    command = ("run", "--port", str(port)) if request.param == "run" else ("worker", "--concurrency", "1")
    with Running(command, stack.folder / f"{request.node.name}.log", stack.variables) as running:
        signal.signal(signal.SIGHUP, ignored)
        _wait_until_ready(stack, request.param, port)
        yield running


def _wait_until_ready(stack: Stack, command: str, port: int) -> None:
    """A worker is ready when it takes hints."""
    if command == "run":
        wait_for(Portal(port).is_ready, "the web process", 60)
        return
    with stack.valkey.client(0) as client:
        client.lpush("careroute:route", enveloped(HINT_BODY, task="careroute.route", id="1"))
        wait_for(lambda: not client.llen("careroute:route"), "the worker", 60)


def test_a_hang_up_stops_a_process_as_sigterm_does(process: Running) -> None:
    """Celery restarted the worker by a command that failed, and a web process ended in the middle of its requests."""
    os.kill(process.process.pid, signal.SIGHUP)

    assert process.process.wait(30) == 0
    assert "Traceback" not in process.said()


def test_sigusr1_shows_where_the_threads_are_and_no_value(process: Running) -> None:
    """Celery writes down all local variables, in which there may be patients' texts.

    Stacks that were read in the middle of an instruction ended a worker, so they are asked for often.
    """
    pause = Event()
    for _ in range(500):
        os.kill(process.process.pid, signal.SIGUSR1)
        assert process.is_running()
        pause.wait(0.005)

    wait_for(lambda: "Current thread" in process.said(), "the stacks")
    assert "LOCAL VARIABLES" not in process.said()
    assert process.is_running()
    assert process.stop(30) == 0


@pytest.mark.parametrize("command", ["run", "worker"])
def test_under_nohup_a_hang_up_changes_nothing(stack: Stack, command: str) -> None:
    port, log = free_port(), stack.folder / f"nohup-{command}.log"
    started = ["nohup", sys.executable, "-m", COMMAND, command, *(("--port", str(port)) if command == "run" else ())]
    with log.open("wb") as output:
        running = subprocess.Popen(
            started,
            env=environment(**stack.variables),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait_until_ready(stack, command, port)

        running.send_signal(signal.SIGHUP)
        running.send_signal(signal.SIGUSR1)
        wait_for(lambda: "Current thread" in log.read_text(), "the stacks")

        assert running.poll() is None
        running.terminate()
        assert running.wait(30) == 0
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
