"""The intake on a real broker: both kinds of producers, and nothing lost or doubled whatever dies."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest
import redis

from adapters.broker.intake import Intake
from adapters.broker.queue import INDEX, NAME, UNACKNOWLEDGED, open_claims
from adapters.broker.reading import read
from adapters.database.engine import make_engine
from config.celery import REDIS_OPTIONS
from router.actors import COMMAND, Scope
from router.errors import UnavailableError
from router.operations.quarantine import IntakeMessage
from tests.builders import settings
from tests.house import PRACTICE, House
from tests.processes import ROOT, environment
from tests.samples.enqueued import CANARY, KEY, a_message
from tests.samples.producers import enqueue_with_celery, enqueue_with_kombu
from tests.servers.fixtures import MakePostgres, MakeValkey
from tests.servers.waiting import wait_until

SOON = 20


class Portal:
    """A practice on PostgreSQL with its key, and what became of what was enqueued."""

    def __init__(self, house: House, broker: str) -> None:
        self.house = house.furnish(settings())
        self.broker = broker
        self.key = house.keys.create(PRACTICE, [Scope.PORTAL], COMMAND)[1]
        self.reported: list[Exception] = []

    def messages(self, count: int) -> list[dict[str, object]]:
        return [a_message(self.key, idempotency_key=f"key-{number}") for number in range(count)]

    def intake(self, *, take: Callable[[Sequence[IntakeMessage]], object] | None = None, seconds: float = 20) -> Intake:
        claims = partial(open_claims, self.broker, REDIS_OPTIONS, seconds)
        return Intake(claims, take or self.house.take_in.take, self.reported.append)

    @contextmanager
    def running(self, intake: Intake | None = None) -> Iterator[Thread]:
        """An intake that ends with the test; it must end soon."""
        stopped = Event()
        thread = Thread(target=(intake or self.intake()).run, args=(stopped,), daemon=True)
        thread.start()
        yield thread
        stopped.set()
        thread.join(SOON)
        assert not thread.is_alive()

    def stored(self) -> int:
        return self.house.operations.status().backlog[0].waiting

    def reasons(self) -> list[str]:
        return sorted(one.reason for one in self.house.quarantine.items(None, None, 999))

    def left(self) -> int:
        """How many the broker still holds, taken or not."""
        with redis.Redis.from_url(self.broker) as client, client.pipeline() as pipe:
            return sum(pipe.llen(NAME).hlen(UNACKNOWLEDGED).execute())

    def wait_until_stored(self, count: int) -> None:
        wait_until(lambda: self.stored() >= count, SOON, f"{count} messages are stored")
        wait_until(lambda: self.left() == 0, SOON, "the broker holds nothing any more")
        assert self.stored() == count


@pytest.fixture
def portal(migrated_postgres_url: str, broker_url: str) -> Iterator[Portal]:
    engine = make_engine(migrated_postgres_url)
    yield Portal(House(engine), broker_url)
    engine.dispose()


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


def test_a_database_that_is_away_keeps_everything_on_the_broker(portal: Portal) -> None:
    """Nothing is acknowledged, nothing is held, and the outage is told once."""
    away, tried = Event(), Event()
    away.set()

    def take(arrived: Sequence[IntakeMessage]) -> None:
        if away.is_set():
            tried.set()
            raise UnavailableError("The database can't be reached.")
        portal.house.take_in.take(arrived)

    enqueue_with_kombu(portal.broker, *portal.messages(300))
    with portal.running(portal.intake(take=take)):
        assert tried.wait(SOON)
        tried.clear()
        assert tried.wait(SOON)
        assert (portal.left() >= 300, portal.stored()) == (True, 0)
        away.clear()
        portal.wait_until_stored(300)

    assert [type(error) for error in portal.reported] == [UnavailableError]


def test_a_database_that_is_killed_in_between(make_postgres_server: MakePostgres, broker_url: str) -> None:
    server = make_postgres_server()
    engine = make_engine(server.url(server.create_database()))
    portal = Portal(House(engine), broker_url)

    with portal.running():
        enqueue_with_kombu(portal.broker, *portal.messages(200))
        server.kill()
        enqueue_with_kombu(portal.broker, *portal.messages(400)[200:])
        wait_until(lambda: portal.reported, SOON, "the outage is told")
        server.start()
        portal.wait_until_stored(400)

    assert portal.house.breaches() == {}
    engine.dispose()


@pytest.mark.parametrize("fault", ["killed", "silent"])
def test_a_broker_that_is_killed_or_silent(
    make_valkey_server: MakeValkey, migrated_postgres_url: str, fault: str
) -> None:
    """The consumer reconnects for ever, and what the broker has kept is taken once it is back."""
    server, engine = make_valkey_server(durable=True), make_engine(migrated_postgres_url)
    portal = Portal(House(engine), server.url(0))

    with portal.running(portal.intake(seconds=2)):
        for start in (0, 101, 202):
            *before, after = portal.messages(303)[start : start + 101]
            enqueue_with_kombu(portal.broker, *before)
            if fault == "killed":
                server.kill()
            else:
                server.pause()
            wait_until(lambda: portal.reported, SOON, "the outage is told")
            portal.reported.clear()
            server.revive()
            # What was claimed when the broker went comes back when its time is over; and with the one that is enqueued
            # now the consumer is known to be back, which tells each outage once.
            enqueue_with_kombu(portal.broker, after)
            portal.wait_until_stored(start + 101)

    assert (portal.stored(), portal.reasons()) == (303, [])
    engine.dispose()


@pytest.mark.parametrize("key", [NAME, UNACKNOWLEDGED, INDEX])
def test_a_key_of_another_type_loses_nothing(portal: Portal, key: str) -> None:
    """Waiting and claimed messages are stored once the key is removed."""
    aside = f"{key}.aside"
    enqueue_with_kombu(portal.broker, *portal.messages(20))
    with redis.Redis.from_url(portal.broker) as client:
        if client.exists(key):
            client.rename(key, aside)
        client.set(key, "another application")
        with portal.running(portal.intake(seconds=1)):
            wait_until(lambda: portal.reported, SOON, "the outage is told")
            assert portal.stored() == 0
            client.delete(key)
            if client.exists(aside):
                client.rename(aside, key)
            portal.wait_until_stored(20)

    assert portal.reasons() == []


@pytest.mark.parametrize("command", ["zrem", "zadd", "hset", "rpop", "hdel", "rpush"])
def test_a_command_that_is_not_permitted_loses_and_doubles_nothing(
    make_valkey_server: MakeValkey, migrated_postgres_url: str, command: str
) -> None:
    server, engine = make_valkey_server(), make_engine(migrated_postgres_url)
    portal = Portal(House(engine), server.url(0))
    with server.client(0) as client:
        enqueue_with_kombu(portal.broker, *portal.messages(20))
        client.execute_command("ACL", "SETUSER", "default", f"-{command}")
        with portal.running(portal.intake(seconds=1)):
            if command != "rpush":
                wait_until(lambda: portal.reported, SOON, "the outage is told")
            client.execute_command("ACL", "SETUSER", "default", "+@all")
            portal.wait_until_stored(20)

    assert portal.reasons() == []
    engine.dispose()


def test_a_full_broker_is_emptied(make_valkey_server: MakeValkey, migrated_postgres_url: str) -> None:
    """Including messages claimed by a dead consumer."""
    server, engine = make_valkey_server(), make_engine(migrated_postgres_url)
    portal = Portal(House(engine), server.url(0))
    enqueue_with_kombu(portal.broker, *portal.messages(10))
    with open_claims(portal.broker, REDIS_OPTIONS) as claims:
        assert len(claims.claim()) == 10
    enqueue_with_kombu(portal.broker, *portal.messages(20)[10:])
    with server.client(0) as client:
        client.config_set("maxmemory", "1")

    with portal.running(portal.intake(seconds=1)):
        portal.wait_until_stored(20)

    engine.dispose()


def test_many_consumers_share_a_backlog(portal: Portal) -> None:
    enqueue_with_kombu(portal.broker, *portal.messages(1000))

    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(portal.running())
        portal.wait_until_stored(1000)

    assert portal.reported == []


def test_an_intake_without_a_broker_stops_at_once(portal: Portal, tmp_path: Path) -> None:
    portal.broker = "redis://127.0.0.1:1/0"

    with portal.running():
        wait_until(lambda: portal.reported, SOON, "the outage is told")

    assert list(tmp_path.iterdir()) == []


def test_the_examples_of_the_documentation_work(portal: Portal) -> None:
    examples = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "intake.md").read_text(), re.DOTALL)

    with portal.running():
        for example in examples:
            variables = environment(BROKER_URL=portal.broker, CAREROUTE_KEY=portal.key)
            subprocess.run([sys.executable, "-c", example], env=variables, check=True, timeout=60)
        portal.wait_until_stored(2)

    assert portal.reasons() == []
