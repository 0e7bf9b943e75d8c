"""Start order does not matter: a database is waited for, broker and mail server are not."""

from pathlib import Path

import pytest

from adapters.database import schema
from adapters.database.engine import make_engine
from config import command
from config.errors import NotReadyError
from config.wiring import readiness
from config.wiring.readiness import wait_for_schema
from tests.integration.service.conftest import set_up
from tests.processes import Running, careroute, wait_for
from tests.servers.fixtures import MakePostgres
from tests.servers.ports import free_port


def variables(database_url: str, **others: str) -> dict[str, str]:
    """A production environment whose broker and relay are away."""
    return {
        "DATABASE_URL": database_url,
        "BROKER_URL": f"redis://127.0.0.1:{free_port()}/0",
        "SMTP_URL": f"smtp://127.0.0.1:{free_port()}",
        "SECRET_KEY": "a long random text of 32 bytes or more",
        **others,
    }


@pytest.mark.parametrize("command", [("run", "--port", "0"), ("worker",), ("reconcile",)])
def test_processes_wait_for_the_migration_and_say_so(
    command: tuple[str, ...], postgres_url: str, tmp_path: Path
) -> None:
    with Running(command, tmp_path / "log", variables(postgres_url)) as process:
        wait_for(lambda: "revision none" in process.said(), "what is missing")
        assert "waiting up to 60 s" in process.said()
        assert process.process.poll() is None

        assert careroute("migrate", **variables(postgres_url)).returncode == 0

        if command == ("reconcile",):
            assert process.process.wait(30) == 0
        else:
            wait_for(lambda: _seen(command, process, postgres_url), "the process")


def _seen(command: tuple[str, ...], process: Running, postgres_url: str) -> bool:
    """A web process says that it listens, a worker gives a sign of life, both with broker and mail server away."""
    if command[0] == "worker":
        return '"queues": "route,notify,escalate"' in careroute("status", "--json", **variables(postgres_url)).stdout
    assert process.process.poll() is None
    return "Uvicorn running" in process.said()


def test_the_service_accepts_with_the_broker_away(postgres_url: str, tmp_path: Path) -> None:
    environment = variables(postgres_url)
    assert careroute("migrate", **environment).returncode == 0
    portal = set_up(tmp_path, **environment)

    with Running(("run", "--port", str(portal.port)), tmp_path / "log", environment) as service:
        wait_for(portal.is_ready, "the service")
        status, _ = portal.write("key-1")
        assert status == 202
        assert service.stop() == 0


@pytest.mark.parametrize("command", [("run", "--port", "0"), ("worker",)])
def test_a_broker_that_is_not_verified_is_said(command: tuple[str, ...], postgres_url: str, tmp_path: Path) -> None:
    given = variables(postgres_url, BROKER_URL=f"rediss://127.0.0.1:{free_port()}/0?ssl_cert_reqs=none")
    assert careroute("migrate", **given).returncode == 0

    with Running(command, tmp_path / "log", given) as process:
        wait_for(lambda: "BROKER_URL does not verify the broker's certificate" in process.said(), "what is given up")


def test_migrating_waits_for_the_database(make_postgres_server: MakePostgres, tmp_path: Path) -> None:
    server = make_postgres_server()
    name = server.create_database()
    server.stop()

    with Running(("migrate",), tmp_path / "log", variables(server.url(name))) as process:
        wait_for(lambda: "can't be reached" in process.said(), "what is missing")
        server.start()
        assert process.process.wait(30) == 0

    assert f"to {schema.newest_revision()}" in process.said()


def test_whoever_waited_in_vain_says_what_is_missing(postgres_url: str) -> None:
    """The commands turn this error into one line and exit code 2."""
    said: list[str] = []
    engine = make_engine(postgres_url)

    with pytest.raises(NotReadyError, match="careroute migrate"):
        wait_for_schema(engine, said.append, seconds=0)
    engine.dispose()

    with pytest.raises(NotReadyError, match="can't be reached"):
        wait_for_schema(engine := make_engine(_nowhere()), said.append, seconds=0)
    engine.dispose()


def _nowhere() -> str:
    return f"postgresql+psycopg://postgres@127.0.0.1:{free_port()}/none"


def test_a_process_in_vain_ends_with_one_line_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(readiness.wait_for_schema, "__defaults__", (0,))
    for name, value in variables(_nowhere()).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["careroute", "run", "--port", "0"])
    # It is for processes that end, and would close the folders of later tests' servers.
    monkeypatch.setattr("os.umask", lambda _mask: 0)

    with pytest.raises(SystemExit) as ended:
        command.main()

    assert ended.value.code == 2
    assert "careroute: the database can't be reached" in capsys.readouterr().err


def test_a_database_that_a_later_version_migrated_is_used(postgres_url: str) -> None:
    """While an upgrade is under way, processes of the version before may be started again."""
    engine = make_engine(postgres_url)
    schema.migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")

    wait_for_schema(engine, print, seconds=0)
    engine.dispose()
    migrated = careroute("migrate", "--check", **variables(postgres_url))

    assert (migrated.returncode, "newer" in migrated.stdout) == (0, True)
