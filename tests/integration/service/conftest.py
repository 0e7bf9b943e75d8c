"""Installations: those of one test, and the stack that the tests of faults share."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.chaos.frontend import Frontend
from tests.chaos.stack import Stack, open_stack
from tests.processes import Portal, careroute
from tests.servers.ports import free_port

# Each process of the test run that has tests with this mark starts a stack for all of its own. They take longest.
ON_THE_STACK = pytest.mark.stack

ROSTER = {
    "sites": [{"id": "north", "name": "North Clinic"}],
    "staff": [
        {"id": "ada", "name": "Ada Administrator", "email": "ada@clinic.example", "roles": ["staff", "portal_admin"]},
        {"id": "ann", "name": "Ann Nurse", "email": "ann@clinic.example"},
    ],
    "patients": [{"id": "sam", "name": "Sam Canaryname", "home_site": "north"}],
}


def set_up(folder: Path, **variables: str) -> Portal:
    """Make the practice, its roster and a key with commands; returns a portal for a service on a free port."""
    roster = folder / "roster.json"
    roster.write_text(json.dumps(ROSTER))
    for command in (
        ("practice", "create", "clinic", "--name", "Clinic", "--time-zone", "UTC"),
        ("roster", "import", str(roster)),
        ("messaging", "on"),
    ):
        done = careroute(*command, **variables)
        assert done.returncode == 0, done.stderr
    scopes = [part for scope in ("portal", "roster", "admin", "inbox", "ops") for part in ("--scope", scope)]
    key = careroute("key", "create", *scopes, **variables).stdout.splitlines()[-1]
    return Portal(free_port(), key)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data directory of an embedded installation."""
    return tmp_path / "data"


@pytest.fixture(scope="session")
def shared_stack(servers_folder: Path) -> Iterator[Stack]:
    """A production engine that one test after the other of this process damages and mends."""
    folder = servers_folder / "stack"
    folder.mkdir()
    with open_stack(folder) as stack:
        yield stack


@pytest.fixture(scope="session")
def shared_frontend(shared_stack: Stack) -> Iterator[Frontend]:
    """Its one frontend, so that whoever judges sees what any test before has written."""
    with Frontend(lambda: shared_stack.portals, Random(0)) as frontend:  # noqa: S311 - nothing secret is drawn.
        yield frontend


@pytest.fixture
def stack(shared_stack: Stack) -> Iterator[Stack]:
    """The stack without a worker; those that the test starts end with it."""
    yield shared_stack
    for worker in list(shared_stack.workers):
        shared_stack.kill_worker(worker)


@pytest.fixture
def frontend(shared_frontend: Frontend) -> Frontend:
    """Writes until it is heard."""
    return shared_frontend
