"""A practice that commands have set up, as an administrator would."""

import json
from pathlib import Path

import pytest

from tests.processes import Portal, careroute, free_port

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
