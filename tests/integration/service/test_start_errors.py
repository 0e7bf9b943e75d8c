"""Errors at start end the process with one line, the reason and exit code 2, and leave nothing behind."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config.errors import SettingsError
from config.wiring import data_folder
from tests.integration.service.endings import is_one_line
from tests.processes import COMMAND, ROOT, Portal, Running, careroute, environment, wait_for
from tests.servers.ports import free_port


def _workers(data: Path) -> list[object]:
    told = careroute("status", "--json", "--seconds", "0", CAREROUTE_DATA_DIR=str(data))
    workers: list[object] = json.loads(told.stdout)["workers"]
    return workers


@pytest.mark.parametrize("command", [("run", "--port", "0"), ("status",)])
def test_a_folder_that_can_not_be_made(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "file").touch()

    ended = careroute(*command, CAREROUTE_DATA_DIR=str(tmp_path / "file" / "data"))

    is_one_line(ended, "CAREROUTE_DATA_DIR", "Not a directory")


def test_a_port_that_is_in_use_leaves_no_worker_behind(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for command in ("run", "demo"):
            folder = data if command == "run" else data / "demo"
            ended = careroute(command, "--port", port, CAREROUTE_DATA_DIR=str(folder))
            is_one_line(ended, f"can't listen on 127.0.0.1, port {port}", "Address already in use")

    assert _workers(data) == []


def test_a_folder_in_which_something_is_keeps_the_demo_out(tmp_path: Path) -> None:
    (tmp_path / "careroute.db").touch()

    ended = careroute("demo", "--once", "--port", "0", CAREROUTE_DATA_DIR=str(tmp_path))

    is_one_line(ended, "CAREROUTE_DATA_DIR is not empty")
    assert [one.name for one in tmp_path.iterdir()] == ["careroute.db"]


@pytest.mark.parametrize(
    ("host", "reason"),
    [("192.0.2.1", "Cannot assign requested address"), ("nowhere.invalid", "")],
)
def test_an_address_that_is_not_this_machines(data: Path, host: str, reason: str) -> None:
    ended = careroute("run", "--host", host, "--port", "8000", CAREROUTE_DATA_DIR=str(data))

    is_one_line(ended, f"can't listen on {host}, port 8000", reason)


def test_a_worker_that_has_ended_is_in_no_status(data: Path, tmp_path: Path) -> None:
    portal = Portal(free_port())
    with Running(("run", "--port", str(portal.port)), tmp_path / "log", {"CAREROUTE_DATA_DIR": str(data)}) as service:
        wait_for(portal.is_ready, "the service")
        wait_for(lambda: _workers(data), "its worker")
        assert service.stop() == 0

    assert _workers(data) == []


def test_an_id_with_spaces_is_refused_with_a_suggestion(data: Path) -> None:
    ended = careroute(
        "practice", "create", "My  Clinic", "--name", "Clinic", "--time-zone", "UTC", CAREROUTE_DATA_DIR=str(data)
    )

    is_one_line(ended, "id must not contain spaces; try my-clinic")


@pytest.mark.parametrize("host", ["a..b", ".example", "a" * 64])
def test_what_can_not_be_a_host(data: Path, host: str) -> None:
    ended = careroute("run", "--host", host, "--port", "8000", CAREROUTE_DATA_DIR=str(data))

    is_one_line(ended, "can't listen on", "not the name of a host")


@pytest.mark.parametrize("name", ["data?b", "data%41", "data#b", "data b", "datä", "data\udcff"])
def test_the_database_is_in_its_folder_whatever_that_is_called(tmp_path: Path, name: str) -> None:
    """What stands after a question mark was cut off: the file was beside the folder, and open to everybody."""
    assert careroute("status", CAREROUTE_DATA_DIR=str(tmp_path / name)).returncode == 0

    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name / "careroute.db").stat().st_size


def test_a_secret_that_is_empty(data: Path) -> None:
    """Every link in an email could be guessed."""
    data.mkdir()
    (data / "secret.key").touch()

    is_one_line(careroute("run", "--port", "0", CAREROUTE_DATA_DIR=str(data)), "secret.key that is empty")


@pytest.mark.parametrize("name", ["run.lock", "secret.key", "mail"])
def test_what_another_user_has_made_in_the_folder(data: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Root, who runs these tests in containers, may open everything."""
    data.mkdir()
    (data / name).write_text("x")
    theirs = str(data / name)
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) != theirs or mode == os.F_OK)

    with pytest.raises(SettingsError, match=f"{name} that can't be read"):
        data_folder.prepare(data)


def test_a_folder_for_metrics_that_is_not_there(migrated_postgres_url: str, broker_url: str) -> None:
    ended = careroute(
        "worker",
        DATABASE_URL=migrated_postgres_url,
        BROKER_URL=broker_url,
        SMTP_URL="catch:",
        SECRET_KEY="a long random text of 32 bytes or more",
        METRICS_PORT="9",
        PROMETHEUS_MULTIPROC_DIR="/nowhere",
    )

    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith("careroute: /nowhere/")
    assert ended.stderr.endswith("No such file or directory\n")


@pytest.mark.parametrize(
    ("queues", "smtp_url", "said"),
    [
        ("route,notfy", "catch:", "--queues must be some of route, notify, escalate, intake, with commas between them"),
        ("", "catch:", "--queues must be some of route, notify, escalate, intake, with commas between them"),
        ("route, notify", "smtp://user@relay", "SMTP_URL must have both a user name and a password, or neither"),
        ("notify", "smtp://relay?tls=yes", "SMTP_URL can have no parameter except ?ca=FILE"),
        ("notify", "smtps://x?ca=/nowhere/ca.pem", "SMTP_URL names a file of certificates in ?ca= that isn't there"),
        ("notify", "catch:", "CAREROUTE_DATA_DIR can't be created: Not a directory"),
    ],
)
def test_a_worker_that_could_not_work_says_so_before_it_starts(queues: str, smtp_url: str, said: str) -> None:
    """It ran without any hints, or ended with code 1 and a line that named no variable."""
    servers = {"DATABASE_URL": "postgresql://127.0.0.1:1/x", "BROKER_URL": "redis://127.0.0.1:1"}
    given = {"SMTP_URL": smtp_url, "SECRET_KEY": "a long random text of 32 bytes or more"}

    ended = careroute("worker", "--queues", queues, CAREROUTE_DATA_DIR="/dev/null/data", **servers, **given)

    assert (ended.returncode, ended.stderr) == (2, f"careroute: {said}\n")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_names_are_printed_whatever_the_terminal_is_set_to(data: Path, encoding: str) -> None:
    made = ("practice", "create", "clinic", "--name", "Клиника", "--time-zone", "UTC")
    assert careroute(*made, CAREROUTE_DATA_DIR=str(data)).returncode == 0

    # The encoding is read when Python starts.
    listed = subprocess.run(
        [sys.executable, "-m", COMMAND, "practice", "list"],
        env=environment(CAREROUTE_DATA_DIR=str(data), PYTHONIOENCODING=encoding),
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    assert "Клиника" in listed.stdout.decode()


@pytest.mark.parametrize("closed", ["<&-", ">&-", "<&- >&- 2>&-"])
def test_streams_that_the_starter_has_closed(data: Path, closed: str) -> None:
    """A database's file would get the number of standard output."""
    command = f"{sys.executable} -m {COMMAND} practice list {closed}"
    ended = subprocess.run(
        ["/bin/sh", "-c", command],
        env=environment(CAREROUTE_DATA_DIR=str(data)),
        cwd=ROOT,
        capture_output=True,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, b"")
