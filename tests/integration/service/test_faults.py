"""What dies is made good: real processes on real servers, killed, stopped, cut and left hanging, one fault a test."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from random import Random

import pytest

from tests.chaos import server_faults, worker_faults
from tests.chaos.frontend import UNAVAILABLE, Frontend
from tests.chaos.stack import Stack
from tests.chaos.verdict import judge, settle
from tests.chaos.witness import END_LEASES_OF_THE_DEAD
from tests.integration.service.conftest import ON_THE_STACK
from tests.processes import wait_for

pytestmark = ON_THE_STACK

CANARIES = ("Canaryname", "Canarybody", "Canarysubject")
# Where something is drawn, it is the same each time.
RANDOM = Random(0)  # noqa: S311 - nothing secret is drawn.
START_SECONDS = 60


def survives(stack: Stack, frontend: Frontend) -> None:
    """Everything that was ever accepted here arrives, once in each inbox, and all emails are sent."""
    if not stack.workers:
        stack.start_worker()
    frontend.wait()
    stack.ask(END_LEASES_OF_THE_DEAD)
    settle(stack)
    assert judge(stack, frontend).problems == ()


def is_delivered(stack: Stack, keys: list[str]) -> bool:
    """Whether all of these are in inboxes."""
    query = "select count(*) from message where state = 'delivered' and idempotency_key = any(%s)"
    return bool(stack.ask(query, keys)[0][0] == len(keys))


def test_a_hint_holds_nothing_but_the_name_of_a_task(stack: Stack, frontend: Frontend) -> None:
    """Everything that stands in the broker, read raw."""
    frontend.write(3)

    wait_for(lambda: stack.valkey.client(0).llen("careroute:route"), "a hint")

    with stack.valkey.client(0) as client:
        hints = [json.loads(raw) for raw in client.lrange("careroute:route", 0, -1)]
        held = b"".join(client.dump(key) or b"" for key in client.keys("*"))
    assert {hint["headers"]["task"] for hint in hints} == {"careroute.route"}
    assert {(hint["headers"]["argsrepr"], hint["headers"]["kwargsrepr"]) for hint in hints} == {("()", "{}")}
    assert not any(canary.encode() in held for canary in CANARIES)


def test_ten_workers_that_are_killed_lose_and_double_nothing(stack: Stack, frontend: Frontend) -> None:
    """SIGKILL of a random one of two, ten times, each time once the next one is at work and has something to do."""
    stack.start_worker()
    for _ in range(10):
        newest = stack.start_worker()
        wait_for(partial(stack.is_at_work, newest), "a worker", START_SECONDS)
        frontend.write(40, together=20)
        stack.kill_worker(RANDOM.choice(stack.workers))

    survives(stack, frontend)


def test_a_child_of_a_pool_that_is_killed_is_made_good(stack: Stack, frontend: Frontend) -> None:
    worker = stack.start_worker()
    wait_for(lambda: stack.is_at_work(worker), "the worker", START_SECONDS)

    with worker_faults.kill_a_child(stack, RANDOM):
        frontend.write(20)

    survives(stack, frontend)


def test_a_child_that_is_killed_as_soon_as_it_is_there_is_replaced(stack: Stack, frontend: Frontend) -> None:
    worker = stack.start_worker()

    with worker_faults.kill_a_child(stack, RANDOM):
        frontend.write(20)

    assert worker in stack.workers
    assert worker.is_running()
    survives(stack, frontend)


def test_a_web_process_that_is_killed_while_it_accepts_keeps_every_202(stack: Stack, frontend: Frontend) -> None:
    """What it had not answered is repeated by its key."""
    heard = len(frontend.receipts)
    frontend.write(60)
    wait_for(lambda: len(frontend.receipts) > heard, "a first answer")

    with worker_faults.kill_a_web_process(stack, RANDOM):
        frontend.write(20, together=5)

    survives(stack, frontend)


def test_a_broker_that_is_killed_and_comes_back_empty_costs_delay(stack: Stack, frontend: Frontend) -> None:
    """Three times."""
    stack.start_worker()
    for _ in range(3):
        frontend.write(5)
        with server_faults.empty_the_broker(stack, RANDOM):
            frontend.write(5)

    survives(stack, frontend)


def test_with_a_broker_that_refuses_everything_arrives_all_the_same(stack: Stack, frontend: Frontend) -> None:
    """Also by a worker that starts meanwhile."""
    with server_faults.refuse_at_the_broker(stack, RANDOM):
        stack.start_worker()
        frontend.write(20)
        survives(stack, frontend)


def test_with_a_silent_broker_everything_arrives_and_no_request_waits(stack: Stack, frontend: Frontend) -> None:
    """It accepts connections and never answers: all requests are answered before the first hint is given up."""
    stack.start_worker()
    web = next(iter(stack.webs.values()))

    with server_faults.silence_the_broker(stack, RANDOM):
        given_up = web.said().count("hint not published")
        frontend.write(20)
        frontend.wait()
        assert web.said().count("hint not published") == given_up
        survives(stack, frontend)


def test_a_database_that_stops_and_starts_again_keeps_every_202(stack: Stack, frontend: Frontend) -> None:
    """Stopped without a goodbye while messages come; what was not answered is repeated."""
    stack.start_worker()
    frontend.write(20)

    with server_faults.stop_the_database(stack, RANDOM):
        frontend.write(20, together=5)
        status, problem = stack.portal.write("while-away")

    assert (status, problem["type"]) == (UNAVAILABLE, "urn:careroute:problem:unavailable")
    survives(stack, frontend)


@pytest.mark.parametrize("strike", [server_faults.cut_connections, server_faults.poison_a_message])
def test_what_befalls_a_batch_is_made_good(
    stack: Stack, frontend: Frontend, strike: Callable[[Stack, Random], AbstractContextManager[None]]
) -> None:
    """Connections are cut; a row in the middle can't be routed. All others arrive meanwhile."""
    stack.start_worker()
    others = frontend.write(40, together=20)
    frontend.wait()

    with strike(stack, RANDOM):
        frontend.write(40, together=20)
        frontend.wait()
        wait_for(lambda: is_delivered(stack, others), "the others")

    survives(stack, frontend)


def test_a_pool_that_is_used_up_is_a_503_and_nothing_is_lost(stack: Stack, frontend: Frontend) -> None:
    """With more readers than there are connections waiting for somebody's lock."""
    stack.start_worker()

    with server_faults.use_up_the_pool(stack, RANDOM):
        status, problem = stack.portal.write("while-locked")
        frontend.write(20)

    assert (status, problem["type"]) == (UNAVAILABLE, "urn:careroute:problem:unavailable")
    survives(stack, frontend)


def test_workers_whose_clocks_are_off_do_as_the_others_do(stack: Stack, frontend: Frontend) -> None:
    """By an hour, in either direction: no lease ends early, nothing waits, and all times are the database's."""
    (begun,) = stack.ask("select clock_timestamp()")[0]
    for hours in (-1, 1):
        stack.start_worker(clock_hours=hours)

    keys = frontend.write(300, together=50)
    survives(stack, frontend)

    query = """
        select min(accepted_at) > %s, bool_and(delivered_at >= accepted_at), max(delivered_at) < clock_timestamp()
        from message where idempotency_key = any(%s)
        """
    assert stack.ask(query, begun, keys) == [(True, True, True)]
