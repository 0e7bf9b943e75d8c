"""Taking hints from a real broker, whatever it contains and answers."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread

import pytest
import redis

from adapters.broker.hint_queues import MOST_WAITING, keys_of, open_queues
from adapters.broker.hint_taking import HintTaking
from config import celery
from config.celery import REDIS_OPTIONS
from tests.chaos.broker_faults import GARBAGE, HINT_BODY, enveloped
from tests.servers.fixtures import MakeValkey
from tests.servers.garbage import NONSENSE, GarbageServer
from tests.servers.waiting import wait_until

SOON = 20
HINT = enveloped(HINT_BODY, task="careroute.route", id="1")
OLD = enveloped(HINT_BODY, task="careroute.route", id="1", expires="2020-01-01T00:00:00+00:00")


class Taken:
    """Runs the loop, and records the tasks it starts, the items it drops and the errors it reports."""

    def __init__(self, broker: str, prefix: str = "careroute:", queues: Sequence[str] = ("route", "notify")) -> None:
        self.begun: Counter[str] = Counter()
        self.in_order: list[str] = []
        self.dropped: Counter[tuple[str, str]] = Counter()
        self.reported: list[Exception] = []
        self.has_room = Event()
        self.has_room.set()
        opened = partial(open_queues, broker, REDIS_OPTIONS, keys_of(queues, prefix), celery.app.now)
        self.taking = HintTaking(opened, self.has_room.wait, self._begin, self._drop, self.reported.append)

    def _begin(self, queue: str) -> None:
        self.begun[queue] += 1
        self.in_order.append(queue)

    def _drop(self, queue: str, reason: str) -> None:
        self.dropped[queue, reason] += 1

    @contextmanager
    def running(self) -> Iterator[None]:
        stopped = Event()
        thread = Thread(target=self.taking.run, args=(stopped,), daemon=True)
        thread.start()
        yield
        stopped.set()
        thread.join(SOON)
        assert not thread.is_alive()


@contextmanager
def _client(url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(url) as client:
        yield client


def test_hints_of_each_queue_are_begun_also_under_the_names_of_the_version_before(broker_url: str) -> None:
    taken = Taken(broker_url)
    with taken.running(), _client(broker_url) as client:
        client.lpush("careroute:route", HINT, HINT)
        client.lpush("careroute:notify", HINT.replace(b"careroute.route", b"careroute.notify"))
        client.lpush("route", HINT)
        wait_until(lambda: taken.begun.total() == 4, SOON, "all are begun")
        assert client.keys("*") == []

    assert taken.begun == {"route": 3, "notify": 1}
    assert taken.reported == []


def test_another_prefix_is_another_queue(broker_url: str) -> None:
    taken = Taken(broker_url, prefix="other:", queues=["route"])
    with taken.running(), _client(broker_url) as client:
        client.lpush("careroute:route", HINT)
        client.lpush("notify", HINT)
        client.lpush("other:route", HINT)
        wait_until(lambda: taken.begun.total() == 1, SOON, "its own is begun")
        assert sorted(client.keys("*")) == [b"careroute:route", b"notify"]


def test_what_is_no_hint_is_dropped_with_its_reason(broker_url: str) -> None:
    taken = Taken(broker_url)
    with taken.running(), _client(broker_url) as client:
        client.lpush("careroute:route", *GARBAGE, OLD, HINT)
        wait_until(lambda: taken.begun.total() == 1, SOON, "the hint is begun")

    assert taken.dropped == {("route", "unreadable"): len(GARBAGE), ("route", "expired"): 1}
    assert taken.reported == []


def test_nothing_is_taken_while_there_is_no_room(broker_url: str) -> None:
    taken = Taken(broker_url)
    taken.has_room.clear()
    with taken.running(), _client(broker_url) as client:
        client.lpush("careroute:route", *[HINT] * 10)
        Event().wait(0.2)
        assert (client.llen("careroute:route"), taken.begun.total()) == (10, 0)
        taken.has_room.set()
        wait_until(lambda: taken.begun.total() == 10, SOON, "all are begun")


def test_a_key_of_another_type_does_not_hide_the_other_queues(broker_url: str) -> None:
    taken = Taken(broker_url)
    with taken.running(), _client(broker_url) as client:
        client.set("route", "another application")
        client.hset("careroute:notify", "another", "application")
        client.lpush("careroute:route", HINT)
        wait_until(lambda: taken.begun.total() == 1, SOON, "the hint is begun")
        assert client.get("route") == b"another application"


REFUSALS = {
    "read-only": (("REPLICAOF", "127.0.0.1", "1"), ("REPLICAOF", "NO", "ONE")),
    "without permission": (("ACL", "SETUSER", "default", "-brpop"), ("ACL", "SETUSER", "default", "+@all")),
    "without replicas": (
        ("CONFIG", "SET", "min-replicas-to-write", "1"),
        ("CONFIG", "SET", "min-replicas-to-write", "0"),
    ),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_broker_that_refuses_is_asked_again_until_it_gives(make_valkey_server: MakeValkey, refusal: str) -> None:
    """Every outage is reported once."""
    refuse, mend = REFUSALS[refusal]
    server = make_valkey_server()
    taken = Taken(server.url(0))
    with taken.running(), server.client(0) as client:
        for outage in (1, 2):
            client.execute_command(*refuse)
            wait_until(lambda outage=outage: len(taken.reported) == outage, SOON, "the outage is reported")  # type: ignore[misc]
            client.execute_command(*mend)
            client.lpush("careroute:route", HINT)
            wait_until(lambda outage=outage: taken.begun.total() == outage, SOON, "a hint is begun")  # type: ignore[misc]

    assert len(taken.reported) == 2


def test_a_full_broker_gives_what_it_has(make_valkey_server: MakeValkey) -> None:
    """Taking hints needs no memory."""
    server = make_valkey_server()
    with server.client(0) as client:
        client.lpush("careroute:route", *[HINT] * 10)
        client.config_set("maxmemory", "1")
    taken = Taken(server.url(0))
    with taken.running():
        wait_until(lambda: taken.begun.total() == 10, SOON, "all are begun")

    assert taken.reported == []


@pytest.mark.parametrize("nonsense", NONSENSE, ids=range(len(NONSENSE)))
def test_something_else_that_listens_where_the_broker_was(nonsense: bytes) -> None:
    """The loop reports it and keeps running."""
    with GarbageServer(0, [nonsense]) as garbage:
        taken = Taken(f"redis://127.0.0.1:{garbage.server_address[1]}/0")
        with taken.running():
            wait_until(lambda: garbage.answered, SOON, "it is asked")
            wait_until(lambda: taken.reported, SOON, "the outage is reported")

    assert taken.begun.total() == 0


def test_more_hints_than_say_anything_are_dropped_and_keep_no_other_queue_waiting(broker_url: str) -> None:
    """Valid ones, which nobody publishes so many of. They kept a worker busy for an hour, and other queues waiting."""
    taken = Taken(broker_url)
    notify = HINT.replace(b"careroute.route", b"careroute.notify")
    with _client(broker_url) as client:
        client.lpush("careroute:route", *[HINT] * 20_000)
        client.lpush("careroute:notify", *[notify] * 10)
        with taken.running():
            wait_until(lambda: taken.begun["notify"] == 10, SOON, "the others are begun")
            assert taken.in_order[:20].count("notify") == 10
            wait_until(lambda: not client.exists("careroute:route"), SOON, "all are gone")

    assert taken.begun["route"] == MOST_WAITING


@pytest.mark.parametrize("permissions", [("~*", "+@all", "-ltrim"), ("~careroute:*", "+@all")])
def test_a_user_with_fewer_permissions_takes_hints(broker_url: str, permissions: Sequence[str]) -> None:
    """It may not shorten a queue, or has no part in the queues of the version before."""
    with _client(broker_url) as client:
        client.execute_command("ACL", "SETUSER", "few", "reset", "on", ">word", *permissions)
        taken = Taken(broker_url.replace("redis://", "redis://few:word@"))
        with taken.running():
            client.lpush("careroute:route", HINT)
            wait_until(lambda: taken.begun.total() == 1, SOON, "it is begun")

    assert taken.reported == []
