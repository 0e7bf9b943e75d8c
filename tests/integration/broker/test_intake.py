"""The intake on a real broker takes what every kind of producer sends, and none is lost or doubled."""

import json
import re
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack

import redis

from adapters.broker.queue import NAME, open_claims
from adapters.broker.reading import read
from config.celery import REDIS_OPTIONS
from tests.integration.broker.portals import Portal
from tests.integration.broker.portals import portal as portal  # noqa: PLC0414 - the fixture is shared.
from tests.processes import ROOT, environment
from tests.samples.enqueued import CANARY, KEY, a_message
from tests.samples.producers import enqueue_with_celery, enqueue_with_kombu


def test_both_kinds_of_producers_are_understood(portal: Portal) -> None:
    """In whatever priority, compressed or not; a repeat is one message."""
    messages = portal.messages(6)

    with portal.running():
        enqueue_with_kombu(portal.broker, *messages[:2], messages[0])
        enqueue_with_kombu(portal.broker, messages[2], compression="gzip", priority=9)
        enqueue_with_celery(portal.broker, *messages[3:5], messages[0])
        enqueue_with_celery(portal.broker, messages[5], compression="zlib", priority=5)
        portal.wait_until_stored(6)

    assert portal.reasons() == []
    portal.house.route.run()
    assert {item.subject for item in portal.house.inbox("ada").items} == {f"A bill, {CANARY}"}


def test_whatever_can_not_be_taken_is_in_the_quarantine_and_none_is_lost(portal: Portal) -> None:
    good = a_message(portal.key)
    with portal.running():
        for raw in (b"\xff\xfe", json.dumps(good).encode(), b"{", b""):
            with redis.Redis.from_url(portal.broker) as client:
                client.lpush(NAME, raw)
        enqueue_with_kombu(
            portal.broker, b"{", serializer=None, content_type="application/json", content_encoding="utf-8"
        )
        enqueue_with_kombu(portal.broker, good, serializer="pickle")
        enqueue_with_kombu(portal.broker, good, serializer="yaml")
        enqueue_with_kombu(portal.broker, [good], "text", 7, None, a_message(KEY), a_message(None))
        enqueue_with_kombu(portal.broker, a_message(portal.key, body="x" * 300_000))
        enqueue_with_kombu(
            portal.broker, a_message(portal.key, idempotency_key=None), a_message(portal.key, patient="x")
        )
        enqueue_with_celery(portal.broker, good, name="careroute.route")
        enqueue_with_celery(portal.broker, {}, args=[good])
        enqueue_with_celery(portal.broker, a_message(portal.key, topic="surgery"))
        enqueue_with_kombu(portal.broker, good)
        portal.wait_until_stored(1)

    assert Counter(portal.reasons()) == {
        "not-a-message": 4,
        "not-json": 1,
        "wrong-content-type": 2,
        "not-an-object": 5,
        "unauthenticated": 2,
        "too-large": 1,
        "invalid": 2,
        "not-found": 1,
        "unknown-task": 1,
    }
    assert portal.reported == []


def test_a_batch_of_a_dead_consumer_is_taken_by_another_after_a_while(portal: Portal) -> None:
    """Dead after the commit and before the acknowledgement: nothing is doubled."""
    enqueue_with_kombu(portal.broker, *portal.messages(5), a_message(KEY))
    with open_claims(portal.broker, REDIS_OPTIONS) as claims:
        portal.house.take_in.take([read(payload) for _, payload in claims.claim()])
    assert (portal.stored(), portal.left()) == (5, 6)

    with portal.running(portal.intake(seconds=1)):
        portal.wait_until_stored(5)

    assert portal.reasons() == ["unauthenticated"]


def test_what_others_hold_is_left_to_them_until_its_time_is_over(portal: Portal) -> None:
    enqueue_with_kombu(portal.broker, *portal.messages(3))

    with ExitStack() as stack:
        first = stack.enter_context(open_claims(portal.broker, REDIS_OPTIONS))
        other = stack.enter_context(open_claims(portal.broker, REDIS_OPTIONS))
        held = first.claim()
        assert (len(held), other.claim(), other.restore()) == (3, [], 0)
        first.release(held)
        assert [payload for _, payload in other.claim()] == [payload for _, payload in held]


def test_many_consumers_share_a_backlog(portal: Portal) -> None:
    enqueue_with_kombu(portal.broker, *portal.messages(1000))

    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(portal.running())
        portal.wait_until_stored(1000)

    assert portal.reported == []


def test_the_examples_of_the_documentation_work(portal: Portal) -> None:
    examples = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "intake.md").read_text(), re.DOTALL)

    with portal.running():
        for example in examples:
            variables = environment(BROKER_URL=portal.broker, CAREROUTE_KEY=portal.key)
            subprocess.run([sys.executable, "-c", example], env=variables, check=True, timeout=60)
        portal.wait_until_stored(2)

    assert portal.reasons() == []
