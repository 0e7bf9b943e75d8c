"""Databases for tests: every test that asks for one runs on SQLite and on PostgreSQL.

Migrating takes a second, so that one database is migrated for each process of the test run: a test gets it emptied, or
a copy of its file.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url

from adapters.database import schema
from adapters.database.engine import AGE, FIRST_PLANNED_ANEW, PLANNED_AT, make_engine
from tests.house import House
from tests.servers.postgres import PostgresServer, empty


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a schema."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path / 'careroute.db'}"


@pytest.fixture
def engine_without_schema(database_url: str) -> Iterator[Engine]:
    """An engine on it."""
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def migrated_database(postgres_server: PostgresServer) -> str:
    """The name of a PostgreSQL database that is migrated."""
    name = postgres_server.create_database()
    _migrate(postgres_server.url(name))
    return name


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that is migrated."""
    path = tmp_path_factory.mktemp("migrated") / "careroute.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def migrated_postgres_url(
    postgres_server: PostgresServer, migrated_database: str, shared_postgres_engine: Engine
) -> str:
    """A migrated PostgreSQL database without a row."""
    shared_postgres_engine.dispose()
    postgres_server.revive()
    postgres_server.empty_database(migrated_database)
    return postgres_server.url(migrated_database)


@pytest.fixture
def migrated_sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """A migrated SQLite database without a row."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'careroute.db')}"


@pytest.fixture(scope="session")
def shared_postgres_engine(postgres_server: PostgresServer, migrated_database: str) -> Iterator[Engine]:
    """One engine for each process, since each new one compiles every statement again."""
    made = make_engine(postgres_server.url(migrated_database))
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def shared_sqlite_engine(migrated_file: Path) -> tuple[Engine, list[str]]:
    """One engine for each process, and the file that it connects to, which each test changes."""
    made, path = make_engine(f"sqlite:///{migrated_file}"), [str(migrated_file)]

    @event.listens_for(made, "do_connect")
    def choose(_dialect: object, _record: object, arguments: list[str], _named: object) -> None:
        arguments[0] = path[0]

    return made, path


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An engine on a migrated database without a row."""
    if request.param == "postgresql":
        shared = request.getfixturevalue("shared_postgres_engine")
        request.getfixturevalue("postgres_server").revive()
        try:
            _empty(shared)
        except psycopg.OperationalError:
            # The server was killed: it is gone.
            shared.dispose()
            _empty(shared)
        url = shared.url.render_as_string(hide_password=False)
    else:
        url = request.getfixturevalue("migrated_sqlite_url")
        shared, path = request.getfixturevalue("shared_sqlite_engine")
        path[0] = url.removeprefix("sqlite:///")
    # What a test listens to ends with it: an engine of its own that shares connections and compiled statements.
    made = shared.execution_options()
    made.url = make_url(url)
    yield made
    if request.param == "sqlite":
        shared.dispose()


@pytest.fixture
def house(engine: Engine) -> House:
    """All flows on it."""
    return House(engine)


def _empty(shared: Engine) -> None:
    """Empty the database over the connection that tests use one after the other: each new one costs 30 ms.

    It begins as one without kept plans, and whatever else the test before opened is closed.
    """
    with shared.connect() as connection:
        held = connection.connection.driver_connection
        assert isinstance(held, psycopg.Connection)
        others = empty(held)
        connection.info.update({AGE: 0, PLANNED_AT: FIRST_PLANNED_ANEW - 1})
        connection.exec_driver_sql("discard plans")
        connection.commit()
    if others:
        shared.dispose()


def _migrate(url: str) -> None:
    engine = make_engine(url)
    schema.migrate(engine)
    engine.dispose()
