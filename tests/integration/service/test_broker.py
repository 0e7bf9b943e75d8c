"""Whatever the broker contains or refuses, no worker ends and every message arrives."""

import json
import re
from base64 import b64encode
from collections.abc import Callable
from contextlib import AbstractContextManager
from random import Random
from urllib.request import urlopen

import pytest

from tests.chaos import broker_faults
from tests.chaos.frontend import Frontend
from tests.chaos.stack import Stack
from tests.chaos.verdict import judge, settle
from tests.integration.service.conftest import ON_THE_STACK
from tests.processes import Running, children, wait_for
from tests.servers.ports import free_port

pytestmark = ON_THE_STACK

RANDOM = Random(0)  # noqa: S311 - nothing secret is drawn.
START_SECONDS = 60
HEARD = "hints not taken"
BROKER_FAULTS = (
    broker_faults.make_the_broker_a_replica,
    broker_faults.fill_the_broker,
    broker_faults.forbid_at_the_broker,
    broker_faults.retype_the_queues,
    broker_faults.speak_garbage,
)

Strike = Callable[[Stack, Random], AbstractContextManager[None]]


def _start(stack: Stack, queues: str = "route,notify") -> Running:
    worker = stack.start_worker(queues)
    wait_for(lambda: stack.is_at_work(worker), "the worker", START_SECONDS)
    wait_for(lambda: children(worker.process.pid), "its pool", START_SECONDS)
    return worker


def _survives(stack: Stack, frontend: Frontend, worker: Running) -> None:
    """Assert that everything arrives and that the worker is still the same process."""
    frontend.wait()
    settle(stack)
    assert judge(stack, frontend).problems == ()
    assert worker.is_running()


@pytest.mark.parametrize(
    "strike",
    [
        broker_faults.make_the_broker_a_replica,
        broker_faults.forbid_at_the_broker,
        broker_faults.retype_the_queues,
        broker_faults.speak_garbage,
    ],
)
def test_a_broker_that_refuses_to_give_ends_no_worker(stack: Stack, frontend: Frontend, strike: Strike) -> None:
    """The sweep routes in the meantime, and hints are taken again after recovery."""
    worker = _start(stack)
    before = worker.said().count(HEARD)

    with strike(stack, RANDOM):
        frontend.write(10)
        wait_for(lambda: worker.said().count(HEARD) > before, "the worker reports it")
        _survives(stack, frontend, worker)

    _takes_hints(stack)
    _survives(stack, frontend, worker)


def test_hints_are_published_again_whatever_befell_the_broker(stack: Stack, frontend: Frontend) -> None:
    """Checked without a worker, which would take them."""
    for strike in BROKER_FAULTS:
        with strike(stack, RANDOM):
            frontend.write(5)
            frontend.wait()
        assert _hint(stack, frontend)

    worker = _start(stack)
    _survives(stack, frontend, worker)


def test_a_full_broker_ends_no_worker_and_lets_it_empty_its_queues(stack: Stack, frontend: Frontend) -> None:
    """Taking hints needs no memory."""
    hint = _hint(stack, frontend)
    with stack.valkey.client(0) as client:
        client.lpush("careroute:route", *[hint] * 20)

    with broker_faults.fill_the_broker(stack, RANDOM):
        worker = _start(stack)
        wait_for(lambda: _waiting(stack) == 0, "the hints to be taken")
        frontend.write(10)
        _survives(stack, frontend, worker)

    with stack.valkey.client(0) as client:
        assert not [key for key in client.keys("*") if b"unacked" in key]


def test_what_is_no_hint_is_dropped_and_counted(stack: Stack, frontend: Frontend) -> None:
    port = free_port()
    stack.variables["METRICS_PORT"] = str(port)
    worker = _start(stack)
    del stack.variables["METRICS_PORT"]
    pool = set(children(worker.process.pid))

    with broker_faults.push_garbage(stack, RANDOM):
        wait_for(lambda: _waiting(stack) == 0, "the garbage to be gone")
        frontend.write(10)
        _survives(stack, frontend, worker)

    wait_for(lambda: _dropped(port) == len(broker_faults.GARBAGE) * len(broker_faults.HINTS), "all to be counted")
    assert set(children(worker.process.pid)) == pool
    _takes_hints(stack)


def test_a_worker_can_not_be_controlled_through_the_broker(stack: Stack, frontend: Frontend) -> None:
    """Sends what `celery control shutdown` sends; no worker is subscribed."""
    worker = _start(stack)
    order: dict[str, object] = {
        "method": "shutdown",
        "arguments": {},
        "destination": None,
        "pattern": None,
        "matcher": None,
    }
    properties = {"body_encoding": "base64", "delivery_tag": "1", "delivery_info": {"exchange": "celery.pidbox"}}
    envelope = {
        "body": b64encode(json.dumps(order).encode()).decode(),
        "content-type": "application/json",
        "content-encoding": "utf-8",
        "headers": {"clock": 1, "expires": None},
        "properties": properties,
    }

    with stack.valkey.client(0) as client:
        heard_by = client.publish("/0.celery.pidbox", json.dumps(envelope))
        bound = client.keys("*pidbox*")

    assert (heard_by, bound) == (0, [])
    frontend.write(5)
    _takes_hints(stack)
    _survives(stack, frontend, worker)


def test_hints_of_the_version_before_are_read(stack: Stack, frontend: Frontend) -> None:
    hint = _hint(stack, frontend)
    _start(stack)

    with stack.valkey.client(0) as client:
        client.lpush("route", hint)
    wait_for(lambda: _waiting(stack) == 0, "the hint to be taken")


def _hint(stack: Stack, frontend: Frontend) -> bytes:
    """A hint as a web process publishes it."""
    with stack.valkey.client(0) as client:
        client.delete(*broker_faults.HINTS)
        frontend.write(1)
        wait_for(lambda: client.llen("careroute:route"), "a hint")
        hints: list[bytes] = client.lrange("careroute:route", 0, 0)
        client.delete("careroute:route")
    return hints[0]


def _takes_hints(stack: Stack) -> None:
    """Assert that a hint is taken from the queue."""
    envelope = broker_faults.enveloped(broker_faults.HINT_BODY, task="careroute.route", id="1")
    with stack.valkey.client(0) as client:
        client.lpush("careroute:route", envelope)
    wait_for(lambda: _waiting(stack) == 0, "a hint to be taken")


def _waiting(stack: Stack) -> int:
    with stack.valkey.client(0) as client:
        return sum(client.llen(key) for key in broker_faults.HINTS)


def _dropped(port: int) -> int:
    with urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
        text = answer.read().decode()
    found = re.findall(r'^careroute_hints_dropped_total\{.*reason="unreadable"\} (\S+)$', text, re.MULTILINE)
    return sum(map(int, map(float, found)))
