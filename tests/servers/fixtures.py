"""Fixtures of real servers: one of each kind for every process of the test run, started when first asked for.

A server of one's own costs less than half a second and keeps a test that kills it from disturbing the others.
"""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers.installation import find_installation
from tests.servers.postgres import PostgresServer
from tests.servers.server import guarded_folder
from tests.servers.valkey import DATABASES, ValkeyServer

MakePostgres = Callable[..., PostgresServer]
MakeValkey = Callable[..., ValkeyServer]

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def servers_folder() -> Iterator[Path]:
    """Where servers live; they end with the test run, however it ends."""
    with guarded_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def postgres_server(servers_folder: Path) -> Iterator[PostgresServer]:
    """The PostgreSQL of this process."""
    server = PostgresServer(servers_folder / "postgres", find_installation())
    server.start()
    yield server
    server.stop(immediate=True)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A new, empty database."""
    postgres_server.revive()
    name = postgres_server.create_database()
    yield postgres_server.url(name)
    postgres_server.revive()
    postgres_server.drop_database(name)


@pytest.fixture
def make_postgres_server(servers_folder: Path) -> Iterator[MakePostgres]:
    """Makes servers for one test; durable=True for one that synchronises."""
    made: list[PostgresServer] = []

    def make(*, durable: bool = False) -> PostgresServer:
        folder = servers_folder / f"postgres-{next(_numbers)}"
        made.append(PostgresServer(folder, find_installation(), durable=durable))
        made[-1].start()
        return made[-1]

    yield make
    for server in made:
        server.stop(immediate=True)


@pytest.fixture(scope="session")
def valkey_server(servers_folder: Path) -> Iterator[ValkeyServer]:
    """The Valkey of this process; restarted, it is empty."""
    server = ValkeyServer(servers_folder / "valkey")
    server.start()
    yield server
    server.stop(immediate=True)


@pytest.fixture
def broker_url(valkey_server: ValkeyServer) -> str:
    """An empty database of the Valkey, another one than the test before had."""
    valkey_server.revive()
    # What the test before left running may still be writing.
    number = next(_numbers) % DATABASES
    with valkey_server.client(number) as client:
        client.flushdb()
    return valkey_server.url(number)


@pytest.fixture
def make_valkey_server(servers_folder: Path) -> Iterator[MakeValkey]:
    """Makes servers for one test; durable=True for one that keeps what it holds over a restart."""
    made: list[ValkeyServer] = []

    def make(*, durable: bool = False) -> ValkeyServer:
        made.append(ValkeyServer(servers_folder / f"valkey-{next(_numbers)}", durable=durable))
        made[-1].start()
        return made[-1]

    yield make
    for server in made:
        server.stop(immediate=True)
