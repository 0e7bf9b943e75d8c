"""Nobody outside stops a web process, and no practice takes another's messages: on real processes."""

import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from random import Random

import pytest

from adapters.http.bounded_protocol import HEADER_SECONDS
from adapters.http.connections import MOST_OF_AN_ADDRESS
from adapters.http.places import MOST_OF_A_KEY
from tests.chaos import hostile_client
from tests.chaos.frontend import UNAVAILABLE, Frontend
from tests.chaos.hostile_client import HALF_HEADER, HALF_REQUESTS, hold, hold_half_bodies
from tests.chaos.stack import Stack
from tests.integration.service.conftest import ON_THE_STACK
from tests.processes import Portal, wait_for

pytestmark = ON_THE_STACK

INVALID = 422
# Where nobody has had a valid key.
STRANGER = "127.0.0.67"
RANDOM = Random(0)  # noqa: S311 - nothing secret is drawn.
END_SECONDS = HEADER_SECONDS + 30


def status_of(connection: socket.socket) -> int:
    """The status of the answer that is there; 0 while there is none."""
    connection.settimeout(0)
    try:
        answer = connection.recv(4_096)
    except BlockingIOError:
        return 0
    except ConnectionResetError:
        return -1
    return int(answer.split()[1]) if answer else -1


@contextmanager
def limited(pid: int, limit: int) -> Iterator[None]:
    """Let a process open no more files than this."""
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    yield
    resource.prlimit(pid, resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize(
    "strike",
    [
        hostile_client.send_endless_headers,
        hostile_client.send_half_requests,
        hostile_client.send_half_bodies,
        hostile_client.read_metrics_all_the_time,
    ],
)
def test_others_are_answered_meanwhile(
    stack: Stack, frontend: Frontend, strike: Callable[[Stack, Random], AbstractContextManager[None]]
) -> None:
    frontend.write(1)
    frontend.wait()

    with strike(stack, RANDOM):
        refused = frontend.heard[str(UNAVAILABLE)]
        frontend.write(20)
        frontend.wait()
        assert frontend.heard[str(UNAVAILABLE)] == refused


def test_half_requests_end_by_themselves_and_an_address_has_only_so_many(stack: Stack) -> None:
    """Those beyond the bound at once; all are told, and the log in a line a second."""
    web = next(iter(stack.webs.values()))
    said = web.said().count("connections refused or cut")

    with hold(stack.portal.port, HALF_REQUESTS, HALF_HEADER, STRANGER) as held:
        found: dict[socket.socket, int] = {}

        def all_ended() -> bool:
            found.update({one: status for one in held if one not in found and (status := status_of(one))})
            return len(found) == len(held)

        wait_for(all_ended, "the end of all of them", END_SECONDS)

    statuses = list(found.values())
    assert statuses.count(408) <= MOST_OF_AN_ADDRESS
    assert set(statuses) <= {408, 429, -1}
    assert 408 in statuses
    assert web.said().count("connections refused or cut") - said < END_SECONDS


def test_a_practice_that_sends_half_bodies_is_refused_alone(stack: Stack, frontend: Frontend) -> None:
    """Its key has only so many places. A message that can't be read takes one as long as others do."""
    hog = Portal(stack.portal.port, stack.other_key)
    assert _ask(hog)[0] == INVALID

    with hold_half_bodies(stack.portal.port, stack.other_key) as held:
        assert len(held) > MOST_OF_A_KEY
        status, problem = wait_for(lambda: _refused(hog), "a refusal")
        refused = frontend.heard[str(UNAVAILABLE)]
        frontend.write(1)
        frontend.wait()
        assert frontend.heard[str(UNAVAILABLE)] == refused

    assert (status, problem["type"]) == (UNAVAILABLE, "urn:careroute:problem:busy")
    wait_for(lambda: _ask(hog)[0] == INVALID, "places")


def _ask(portal: Portal) -> tuple[int, dict[str, str]]:
    return portal.call("POST", "/v1/messages", {}, Idempotency_Key="any")


def _refused(portal: Portal) -> tuple[int, dict[str, str]] | None:
    status, problem = _ask(portal)
    return (status, problem) if status == UNAVAILABLE else None


def test_without_file_descriptors_it_says_so_once_a_second_and_recovers(stack: Stack) -> None:
    """Whatever has used them up: here somebody takes them from the process."""
    port, web = next(iter(stack.webs.items()))
    assert stack.portal.is_ready()
    before = len(web.said())

    with limited(web.process.pid, 16), hold(port, 50, HALF_HEADER):
        wait_for(lambda: "no_file_descriptor_left" in web.said()[before:], "a line of the log")

    wait_for(stack.portal.is_ready, "room again")
    assert web.said().count("no_file_descriptor_left") < END_SECONDS
    assert "Traceback" not in web.said()[before:]
