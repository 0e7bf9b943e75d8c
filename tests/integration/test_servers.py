"""The servers that the other tests stand on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from tests.servers.fixtures import MakePostgres, MakeValkey
from tests.servers.guard import processes_in
from tests.servers.postgres import PostgresServer
from tests.servers.valkey import ValkeyServer
from tests.servers.waiting import wait_until

ROOT = Path(__file__).parents[2]
# Starts a Valkey as a test run does, says where, and ends as nobody planned.
CRASH = """
import os, signal
from pathlib import Path
from tests.servers.server import guarded_folder
from tests.servers.valkey import ValkeyServer

with guarded_folder() as folder:
    server = ValkeyServer(folder / "valkey")
    server.start()
    print(folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def connect(url: str) -> psycopg.Connection:
    """Connect to what SQLAlchemy's URL names."""
    return psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=2, autocommit=True)


def test_a_database_is_empty_and_goes_with_its_test(postgres_server: PostgresServer, postgres_url: str) -> None:
    """Another one is not the same."""
    name = postgres_server.create_database()

    with connect(postgres_url) as connection:
        connection.execute("CREATE TABLE stays (id int)")
    with connect(postgres_server.url(name)) as connection:
        found = connection.execute("SELECT to_regclass('stays')").fetchone()
    postgres_server.drop_database(name)

    assert found == (None,)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        connect(postgres_server.url(name))


def test_postgresql_keeps_what_was_committed_over_a_kill(make_postgres_server: MakePostgres) -> None:
    """The port stays too, so that clients find it again."""
    server = make_postgres_server()
    with connect(server.url("postgres")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS id")

    server.kill()
    assert not server.answers()
    server.start()

    with connect(server.url("postgres")) as connection:
        assert connection.execute("SELECT id FROM kept").fetchone() == (1,)


@pytest.mark.parametrize("immediate", [False, True])
def test_postgresql_stops_and_starts(make_postgres_server: MakePostgres, *, immediate: bool) -> None:
    """Connections that are open hinder neither way."""
    server = make_postgres_server()
    with connect(server.url("postgres")) as held:
        server.stop(immediate=immediate)
        with pytest.raises(psycopg.OperationalError):
            held.execute("SELECT 1")
    assert not server.is_running()

    server.start()

    assert server.answers()


def test_a_paused_postgresql_is_silent_until_it_is_resumed(make_postgres_server: MakePostgres) -> None:
    """Connecting runs into its time limit instead of being refused."""
    server = make_postgres_server()

    server.pause()
    with pytest.raises(psycopg.errors.ConnectionTimeout):
        connect(server.url("postgres"))
    server.resume()

    assert server.answers()


def test_a_durable_postgresql_synchronises(make_postgres_server: MakePostgres) -> None:
    """The others don't, which is faster."""
    with connect(make_postgres_server(durable=True).url("postgres")) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_a_broker_is_empty(broker_url: str, valkey_server: ValkeyServer) -> None:
    """Whatever ran before."""
    with redis.Redis.from_url(broker_url) as client:
        assert client.dbsize() == 0
    assert broker_url.startswith(f"redis://127.0.0.1:{valkey_server.port}/")


@pytest.mark.parametrize("durable", [False, True])
def test_valkey_comes_back_empty_unless_it_is_durable(make_valkey_server: MakeValkey, *, durable: bool) -> None:
    """On the same port, after SIGKILL."""
    server = make_valkey_server(durable=durable)
    with server.client(0) as client:
        client.set("key", "value")

    server.kill()
    assert not server.answers()
    server.start()

    with server.client(0) as client:
        assert client.exists("key") == durable


def test_a_paused_valkey_is_silent_until_it_is_resumed(make_valkey_server: MakeValkey) -> None:
    """Connecting works, since the kernel does it; asking doesn't."""
    server = make_valkey_server()

    server.pause()
    with pytest.raises(redis.TimeoutError), server.client(0) as client:
        client.ping()
    server.resume()

    assert server.answers()


def test_a_paused_server_can_be_stopped(make_valkey_server: MakeValkey) -> None:
    """Nothing is left over."""
    server = make_valkey_server()

    server.pause()
    server.stop()

    assert processes_in(server.folder) == []


def test_servers_end_when_the_test_run_is_killed() -> None:
    """Their files go too."""
    crashed = subprocess.run(
        [sys.executable, "-c", CRASH], check=False, cwd=ROOT, env={**os.environ}, stdout=subprocess.PIPE, text=True
    )
    folder = Path(crashed.stdout.strip())

    assert crashed.returncode == -signal.SIGKILL
    wait_until(lambda: not folder.exists(), 20, "the files are gone")
    assert processes_in(folder) == []


def test_waiting_says_what_it_waited_for() -> None:
    """So that a slow machine's failure can be told from another."""
    with pytest.raises(AssertionError, match=r"waited 0\.01 s in vain until it rains"):
        wait_until(lambda: False, 0.01, "it rains")
