"""Errors at start end the process with one line, the reason and exit code 2, and leave nothing behind."""

import json
import socket
from pathlib import Path

import pytest

from tests.processes import Finished, Portal, Running, careroute, free_port, wait_for


def _is_one_line(ended: Finished, *words: str) -> None:
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("careroute: ")
    assert ended.stderr.count("\n") == 1
    assert all(word in ended.stderr for word in words), ended.stderr


def _workers(data: Path) -> list[object]:
    told = careroute("status", "--json", "--seconds", "0", CAREROUTE_DATA_DIR=str(data))
    workers: list[object] = json.loads(told.stdout)["workers"]
    return workers


@pytest.mark.parametrize("command", [("run", "--port", "0"), ("status",)])
def test_a_folder_that_can_not_be_made(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "file").touch()

    ended = careroute(*command, CAREROUTE_DATA_DIR=str(tmp_path / "file" / "data"))

    _is_one_line(ended, "CAREROUTE_DATA_DIR", "Not a directory")


@pytest.mark.parametrize("command", [("run", "--port", "0"), ("status",)])
def test_a_database_file_that_can_not_be_opened(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "file").touch()

    ended = careroute(
        *command, DATABASE_URL=f"sqlite:///{tmp_path}/file/careroute.db", CAREROUTE_DATA_DIR=str(tmp_path / "data")
    )

    _is_one_line(ended, "unable to open database file")


def test_a_port_that_is_in_use_leaves_no_worker_behind(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for command in ("run", "demo"):
            folder = data if command == "run" else data / "demo"
            ended = careroute(command, "--port", port, CAREROUTE_DATA_DIR=str(folder))
            _is_one_line(ended, f"can't listen on 127.0.0.1, port {port}", "Address already in use")

    assert _workers(data) == []


def test_a_folder_in_which_something_is_keeps_the_demo_out(tmp_path: Path) -> None:
    (tmp_path / "careroute.db").touch()

    ended = careroute("demo", "--once", "--port", "0", CAREROUTE_DATA_DIR=str(tmp_path))

    _is_one_line(ended, "CAREROUTE_DATA_DIR is not empty")
    assert [one.name for one in tmp_path.iterdir()] == ["careroute.db"]


@pytest.mark.parametrize(
    ("host", "reason"),
    [("192.0.2.1", "Cannot assign requested address"), ("nowhere.invalid", "")],
)
def test_an_address_that_is_not_this_machines(data: Path, host: str, reason: str) -> None:
    ended = careroute("run", "--host", host, "--port", "8000", CAREROUTE_DATA_DIR=str(data))

    _is_one_line(ended, f"can't listen on {host}, port 8000", reason)


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

    _is_one_line(ended, "id must not contain spaces; try my-clinic")
