"""A worker that is told to stop: what runs ends, the rest goes back; told twice, it ends at once and loses nothing."""

import signal

from tests.chaos.frontend import Frontend
from tests.chaos.stack import Stack
from tests.chaos.verdict import judge, settle
from tests.chaos.witness import END_LEASES_OF_THE_DEAD
from tests.integration.service.conftest import ON_THE_STACK
from tests.processes import Running, children, is_running, wait_for
from tests.servers.smtp import Script

pytestmark = ON_THE_STACK

WAITING = "select distinct state from notification where state in ('due', 'leased')"
TOLD = "worker: Warm shutdown"


def stop_in_the_middle(stack: Stack, frontend: Frontend) -> Running:
    """A worker that has leased a batch, and whose mail server keeps it waiting for its first answers."""
    stack.relay.release.clear()
    stack.relay.script = Script(hold_after_data=True)
    frontend.write(250, together=250)
    taken = len(stack.relay.accepted)
    worker = stack.start_worker()
    wait_for(lambda: len(stack.relay.accepted) > taken, "an email that is under way", 60)
    stack.workers.remove(worker)
    worker.process.terminate()
    wait_for(lambda: TOLD in worker.said(), "the worker hears of it")
    return worker


def finish(stack: Stack, frontend: Frontend) -> None:
    """Let another worker do what is left."""
    stack.relay.script = Script()
    stack.relay.release.set()
    stack.ask(END_LEASES_OF_THE_DEAD)
    stack.start_worker()
    settle(stack)
    assert judge(stack, frontend).problems == ()


def test_what_runs_ends_and_the_rest_goes_back(stack: Stack, frontend: Frontend) -> None:
    worker = stop_in_the_middle(stack, frontend)

    stack.relay.release.set()
    code = worker.process.wait(60)

    assert (code, stack.ask(WAITING)) == (0, [("due",)])
    assert not stack.is_at_work(worker)
    finish(stack, frontend)


def test_told_twice_it_ends_at_once_and_loses_nothing(stack: Stack, frontend: Frontend) -> None:
    worker = stop_in_the_middle(stack, frontend)
    pool = children(worker.process.pid)

    code = worker.stop()

    assert code == 128 + signal.SIGTERM
    wait_for(lambda: not any(map(is_running, pool)), "its children to be gone")
    stack.lost_processes += 1 + len(pool)
    finish(stack, frontend)
