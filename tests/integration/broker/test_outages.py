"""Nothing is lost or doubled by what happens to the database and to the broker meanwhile."""

from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest
import redis

from adapters.broker.queue import INDEX, NAME, UNACKNOWLEDGED, open_claims
from adapters.database.engine import make_engine
from config.celery import REDIS_OPTIONS
from router.errors import UnavailableError
from router.operations.quarantine import IntakeMessage
from tests.house import House
from tests.integration.broker.portals import SOON, Portal
from tests.integration.broker.portals import portal as portal  # noqa: PLC0414 - the fixture is shared.
from tests.samples.producers import enqueue_with_kombu
from tests.servers.fixtures import MakePostgres, MakeValkey
from tests.servers.waiting import wait_until


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


def test_an_intake_without_a_broker_stops_at_once(portal: Portal, tmp_path: Path) -> None:
    portal.broker = "redis://127.0.0.1:1/0"

    with portal.running():
        wait_until(lambda: portal.reported, SOON, "the outage is told")

    assert list(tmp_path.iterdir()) == []
