"""Session settings, safety checks and poolers, with a real PostgreSQL and a real PgBouncer."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, exc

from adapters.database import schema, session
from adapters.database.engine import make_engine
from adapters.database.refusal import is_refusal, reason_of
from config.errors import NotReadyError
from config.wiring.readiness import check_safety, wait_for_schema
from tests.builders import a_patient, a_staff, settings
from tests.house import House
from tests.processes import careroute
from tests.servers.fixtures import MakePostgres
from tests.servers.pgbouncer import BINARY, MISSING, PgBouncer, PoolMode
from tests.servers.ports import free_port
from tests.servers.postgres import PostgresServer

NEEDS_PGBOUNCER = pytest.mark.skipif(BINARY is None, reason=MISSING)


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _shown(engine: Engine, name: str) -> str:
    with engine.connect() as connection:
        return str(connection.exec_driver_sql(f"show {name}").scalar_one())


@contextmanager
def _pooler(folder: Path, behind: PostgresServer, mode: PoolMode) -> Iterator[PgBouncer]:
    # PgBouncer runs as another user where the tests run as root.
    pooler = PgBouncer(folder, behind, mode)
    pooler.start()
    try:
        yield pooler
    finally:
        pooler.stop()


@pytest.mark.parametrize(
    ("given", "kept"),
    [("off", "on"), ("local", "on"), ("remote_write", "on"), ("on", "on"), ("remote_apply", "remote_apply")],
)
@pytest.mark.parametrize("whose", ["database", "role"])
def test_a_commit_waits_for_the_disk_whatever_is_set(
    postgres_server: PostgresServer, whose: str, given: str, kept: str
) -> None:
    """Set for a role or a database. Stronger settings are kept."""
    name = postgres_server.create_database()
    altered = {"database": f'database "{name}"', "role": f'role postgres in database "{name}"'}[whose]
    with _engine(postgres_server.url(name)) as engine, engine.begin() as connection:
        connection.exec_driver_sql(f"alter {altered} set synchronous_commit = {given}")

    with _engine(postgres_server.url(name)) as engine:
        assert _shown(engine, "synchronous_commit") == kept
        with engine.connect() as connection:
            connection.rollback()
        assert _shown(engine, "synchronous_commit") == kept
        assert _shown(engine, "timezone") == "UTC"
        assert _shown(engine, "lock_timeout") == "15s"
        assert _shown(engine, "idle_in_transaction_session_timeout") == "1min"
        assert _shown(engine, "join_collapse_limit") == "1"
    postgres_server.drop_database(name)


def test_a_database_that_does_not_wait_for_its_disk_is_refused_or_said(
    postgres_url: str, make_postgres_server: MakePostgres
) -> None:
    """The tests' shared server is such a database."""
    said: list[str] = []
    with _engine(postgres_url) as engine:
        with pytest.raises(NotReadyError, match=r"fsync and full_page_writes off.*ALLOW_UNSAFE_DATABASE=1"):
            check_safety(engine, said.append, allow_unsafe=False)
        assert said == []
        check_safety(engine, said.append, allow_unsafe=True)
        assert ["fsync and full_page_writes off" in line for line in said] == [True]

    durable = make_postgres_server(durable=True)
    with _engine(durable.url("postgres")) as engine:
        check_safety(engine, said.append, allow_unsafe=False)
    assert len(said) == 1


def test_a_process_on_an_unsafe_database_ends_with_one_line(postgres_url: str) -> None:
    secret = "a long random text of 32 bytes or more"
    given = {"DATABASE_URL": postgres_url, "SMTP_URL": "catch:", "SECRET_KEY": secret}
    assert careroute("migrate", **given).returncode == 0

    for command in (("status",), ("run", "--port", "0"), ("practice", "list")):
        ended = careroute(*command, **given, ALLOW_UNSAFE_DATABASE="0")
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr.count("\n") == 1
        assert "fsync and full_page_writes off" in ended.stderr
    allowed = careroute("practice", "list", **given, ALLOW_UNSAFE_DATABASE="1")
    assert allowed.returncode == 0
    assert "fsync and full_page_writes off" in allowed.stderr


@NEEDS_PGBOUNCER
def test_everything_works_through_a_pooler_that_keeps_sessions(
    servers_folder: Path, postgres_server: PostgresServer, migrated_postgres_url: str
) -> None:
    name = migrated_postgres_url.rpartition("/")[2]
    with (
        _pooler(servers_folder / "pooler-session", postgres_server, "session") as pooler,
        _engine(pooler.url(name)) as engine,
    ):
        wait_for_schema(engine, print, seconds=0)
        check_safety(engine, print, allow_unsafe=True)
        assert _shown(engine, "synchronous_commit") == "on"
        assert _shown(engine, "lock_timeout") == "15s"

        house = House(engine).furnish(settings(), staff=[a_staff("ada", admin=True)], patients=[a_patient("sam")])
        for number in range(20):
            house.write(house.draft(f"key-{number}"))
        house.route.run()

        assert len(house.inbox("ada").items) == 20
        assert house.breaches() == {}


@NEEDS_PGBOUNCER
@pytest.mark.parametrize(
    ("mode", "words"),
    [("transaction", "transaction pooling"), ("statement", "transaction blocks not allowed in statement pooling mode")],
)
def test_a_pooler_that_lends_sessions_out_is_refused_by_that_word(
    servers_folder: Path, postgres_server: PostgresServer, migrated_postgres_url: str, mode: PoolMode, words: str
) -> None:
    name = migrated_postgres_url.rpartition("/")[2]
    with _pooler(servers_folder / f"pooler-{mode}", postgres_server, mode) as pooler:
        given = {"DATABASE_URL": pooler.url(name), "SMTP_URL": "catch:", "SECRET_KEY": "a long random text"}
        ended = careroute("practice", "list", **given)

    assert ended.returncode == 2
    assert words in ended.stderr.splitlines()[-1]
    assert "can't be reached" not in ended.stderr


def test_sessions_without_a_pooler_are_ones_own(postgres_url: str) -> None:
    with _engine(postgres_url) as engine:
        assert not session.shares_sessions(engine)


def test_the_server_says_why_it_refuses(postgres_server: PostgresServer) -> None:
    """The reason is the server's own message, without the password."""
    port = postgres_server.port
    for url, words, refuses in (
        (f"postgresql+psycopg://nobody:secret@127.0.0.1:{port}/postgres", 'role "nobody" does not exist', True),
        (f"postgresql+psycopg://postgres:secret@127.0.0.1:{port}/none", 'database "none" does not exist', True),
        (f"postgresql+psycopg://postgres:secret@127.0.0.1:{free_port()}/none", "Connection refused", False),
    ):
        with _engine(url) as engine, pytest.raises(exc.OperationalError) as refused:
            schema.current_revision(engine)
        assert reason_of(refused.value) == words
        assert is_refusal(refused.value) is refuses


def test_a_refused_process_ends_with_the_reason_of_the_server(postgres_server: PostgresServer) -> None:
    given = {"SMTP_URL": "catch:", "SECRET_KEY": "a long random text"}
    url = postgres_server.url("none").replace("postgres@", "postgres:secret@")

    ended = careroute("status", DATABASE_URL=url, **given)

    assert ended.returncode == 2
    assert (
        ended.stderr.splitlines()[-1]
        == 'careroute: the database refuses the connection: database "none" does not exist'
    )
    assert "secret" not in ended.stderr


def test_status_says_at_once_that_no_connection_is_left(postgres_server: PostgresServer) -> None:
    """It is asked when something is the matter; it waited for a minute, as processes do that start."""
    name = postgres_server.create_database()
    with _engine(postgres_server.url(name)) as engine, engine.begin() as connection:
        connection.exec_driver_sql(f"create role crowded_{name} login connection limit 0")
    given = {"SMTP_URL": "catch:", "SECRET_KEY": "a long random text of 32 bytes or more"}
    url = postgres_server.url(name).replace("postgres@", f"crowded_{name}@")

    ended = careroute("status", DATABASE_URL=url, **given)

    assert ended.returncode == 2
    assert "waiting up to 3 s" in ended.stderr
    assert ended.stderr.splitlines()[-1].startswith(
        "careroute: the database can't be reached: too many connections for role"
    )


def test_a_plan_of_an_empty_table_uses_its_index_when_the_table_is_large(migrated_postgres_url: str) -> None:
    """Otherwise each look-up reads all that waits, until the connection discards its plans."""
    key = "kind = $1 and second = $2 and practice = $3 and due_at = $4 and id = $5"
    fill = """
        insert into waiting (practice, kind, second, due_at, id)
        select 'clinic', 'route', n, to_timestamp(n), gen_random_uuid() from generate_series(1, 9000) n
    """
    with _engine(migrated_postgres_url) as engine, engine.begin() as connection:
        connection.exec_driver_sql("set local plan_cache_mode = force_generic_plan")
        # Keys aren't checked. Set later, this would discard the plan.
        connection.exec_driver_sql("set local session_replication_role = replica")
        connection.exec_driver_sql("analyze waiting")
        connection.exec_driver_sql(
            f"prepare looked_up (text, bigint, text, timestamptz, uuid) as select from waiting where {key}"
        )
        connection.exec_driver_sql("execute looked_up ('route', 1, 'clinic', now(), gen_random_uuid())")
        connection.exec_driver_sql(fill)

        explained = "explain execute looked_up ('route', 1, 'clinic', now(), gen_random_uuid())"
        plan = "\n".join(connection.exec_driver_sql(explained).scalars())

    assert "pk_waiting" in plan
    assert "Seq Scan" not in plan


def test_looking_for_work_that_is_not_there_keeps_prepared_statements(migrated_postgres_url: str) -> None:
    """At a rollback the driver forgets them, and each of the next messages would be planned from its text."""
    with _engine(migrated_postgres_url) as engine:
        house = House(engine).furnish(settings())
        for _ in range(10):
            assert house.route.run().routed == 0
            house.notify.run()

        with engine.connect() as connection:
            kept = connection.exec_driver_sql("select statement from pg_prepared_statements").scalars().all()

    assert any("claimed" in statement for statement in kept), kept
