"""Redis' reasons in words, by what a real one refuses."""

import shutil
from collections.abc import Callable
from functools import partial

import kombu
import pytest
import redis
from limits.errors import StorageError

from adapters.broker.refusals import reason_of
from config.celery import REDIS_OPTIONS
from tests.servers.fixtures import MakeValkey
from tests.servers.valkey import ValkeyServer
from tests.servers.waiting import wait_until

CANARY = "Canaryname"


def _refused(url: str, ask: Callable[[redis.Redis], object]) -> Exception:
    with redis.Redis.from_url(url) as client, pytest.raises(redis.RedisError) as refused:
        ask(client)
    return refused.value


def _push(client: redis.Redis) -> object:
    return client.lpush(CANARY, CANARY)


def _fail_to_save(server: ValkeyServer) -> None:
    """Its snapshot can't take the place of a folder."""
    (server.folder / "dump.rdb").mkdir()
    (server.folder / "dump.rdb" / "file").touch()
    with server.client(0) as client:
        client.config_set("save", "1 1")
        client.set("anything", "changed")
        client.bgsave()
        status = partial(client.info, "persistence")
        wait_until(lambda: status()["rdb_last_bgsave_status"] == "err", 20, "the snapshot fails")


def test_a_snapshot_that_fails(make_valkey_server: MakeValkey) -> None:
    server = make_valkey_server()
    _fail_to_save(server)

    error = _refused(server.url(0), _push)

    assert reason_of(error) == "it can't save its snapshot, and refuses writes: look at its disk and its log"
    shutil.rmtree(server.folder / "dump.rdb")


def test_a_database_that_it_does_not_have(make_valkey_server: MakeValkey) -> None:
    error = _refused(make_valkey_server().url(99), _push)

    assert reason_of(error) == "it has no database of the number in BROKER_URL"


def test_commands_that_are_renamed_or_not_permitted(make_valkey_server: MakeValkey) -> None:
    """The command is named, and nothing that was sent with it."""
    server = make_valkey_server()
    unknown = _refused(server.url(0), lambda client: client.execute_command("RENAMED", CANARY))
    with server.client(0) as client:
        client.execute_command("ACL", "SETUSER", "few", "on", ">word", "~*", "+@connection")
    url = server.url(0).replace("redis://", "redis://few:word@")

    assert reason_of(unknown) == "a command is renamed or disabled (RENAMED)"
    assert reason_of(_refused(url, _push)) == "its user lacks a permission (LPUSH)"
    with server.client(0) as client:
        client.execute_command("ACL", "SETUSER", "few", "+@scripting")
    in_script = _refused(url, lambda client: client.eval("return redis.call('TIME')", 0))
    assert reason_of(in_script) == "its user lacks a permission (TIME)"
    wrong = server.url(0).replace("redis://", "redis://few:wrong@")
    assert reason_of(_refused(wrong, _push)) == "the user name or the password is wrong"


def test_the_reason_within_what_libraries_raise_instead(make_valkey_server: MakeValkey) -> None:
    server = make_valkey_server()
    with server.client(0) as client:
        client.config_set("maxmemory", "1")
    full = "it is full: raise maxmemory, or see what fills it"

    with (
        kombu.Connection(server.url(0), transport_options=dict(REDIS_OPTIONS)) as connection,
        pytest.raises(kombu.exceptions.OperationalError) as refused,
    ):
        connection.Producer().publish({}, routing_key="hints", retry=True, retry_policy={"max_retries": 1})

    assert reason_of(refused.value) == full
    assert reason_of(StorageError(_refused(server.url(0), _push))) == full
    assert reason_of(ValueError(CANARY)) is None
