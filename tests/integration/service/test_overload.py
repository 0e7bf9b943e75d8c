"""More than can be taken: what doesn't fit is refused at once, what was accepted is kept, and it recovers by itself."""

import os
import signal
from collections.abc import Iterator

import pytest

from adapters.http.places import MOST_WAITING
from tests.chaos.frontend import ACCEPTED, UNAVAILABLE, Frontend
from tests.chaos.stack import Stack
from tests.chaos.verdict import judge, settle
from tests.integration.service.conftest import ON_THE_STACK

pytestmark = ON_THE_STACK

AT_ONCE = 600
# They need two, and a busy machine may make some more; taken one connection at a time they make ten.
MOST_GROUPS = 5


def tell(stack: Stack, number: signal.Signals) -> None:
    """A signal for the web process."""
    os.kill(next(iter(stack.webs.values())).process.pid, number)


@pytest.fixture(autouse=True)
def awake(stack: Stack, frontend: Frontend) -> Iterator[None]:
    """However a test ends, the web process goes on for the next one.

    It has just seen a valid key from this address, which may have as many connections as it needs from then on.
    """
    frontend.write(1)
    frontend.wait()
    yield
    tell(stack, signal.SIGCONT)


def test_a_flood_is_shed_and_what_was_accepted_arrives(stack: Stack, frontend: Frontend) -> None:
    """Half as many again as may wait, at one moment; those that are refused are told when to come again, and do."""
    stack.start_worker()

    # All of them are there before any is looked at, however slowly the test itself sends.
    answers = frontend.write_at_once(
        MOST_WAITING * 3 // 2,
        when_connected=lambda: tell(stack, signal.SIGSTOP),
        when_sent=lambda: tell(stack, signal.SIGCONT),
    )

    refused = [answer for answer in answers if answer.status == UNAVAILABLE]
    assert {answer.status for answer in answers} == {ACCEPTED, UNAVAILABLE}
    assert {(one.document["type"], one.headers["retry-after"]) for one in refused} == {
        ("urn:careroute:problem:busy", "2")
    }
    assert stack.portal.is_ready()
    frontend.wait()
    settle(stack)
    assert judge(stack, frontend).problems == ()


def test_what_waits_in_the_network_is_taken_at_once(stack: Stack, frontend: Frontend) -> None:
    """However busy the process is, whoever connects meanwhile is soon counted among those who wait."""
    tell(stack, signal.SIGSTOP)

    answers = frontend.write_at_once(AT_ONCE, when_sent=lambda: tell(stack, signal.SIGCONT))

    assert {answer.status for answer in answers} == {ACCEPTED}
    ids = [answer.document["id"] for answer in answers]
    groups = stack.ask("select count(distinct accepted_at) from message where id = any(%s)", ids)
    assert groups[0][0] <= MOST_GROUPS
