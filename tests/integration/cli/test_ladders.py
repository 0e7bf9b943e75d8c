"""Ladders and hours from a terminal: shown, saved from a file, and replayed."""

import json
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.integration.service.conftest import set_up
from tests.processes import careroute

STEPS = [{"after": 90, "while": "unopened", "do": "remind"}, {"after": 240, "while": "unanswered", "do": "alert"}]
SENTENCE = "if nobody has opened it after 90 min, remind the people who have it; "
SENTENCE += "if nobody has answered it after 4 h, alert the administrators"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The data directory of a practice that is set up."""
    folder = tmp_path_factory.mktemp("clinic")
    set_up(folder, CAREROUTE_DATA_DIR=str(folder / "data"))
    return str(folder / "data")


def written(folder: Path, value: object) -> str:
    file = folder / "file.json"
    file.write_text(json.dumps(value))
    return str(file)


def test_a_ladder_is_saved_from_a_file_shown_and_replayed(clinic: str, tmp_path: Path) -> None:
    hours = written(tmp_path, {"practice": {"weekly": {}, "dates": {}, "round_the_clock": True}, "sites": {}})
    saved = careroute("messaging", "hours", "--set", hours, CAREROUTE_DATA_DIR=clinic)
    assert saved.returncode == 0, saved.stderr
    assert "round the clock" in careroute("messaging", "hours", CAREROUTE_DATA_DIR=clinic).stdout

    file = written(tmp_path, STEPS)
    assert careroute("messaging", "ladders", "--set", file, CAREROUTE_DATA_DIR=clinic).returncode == 0
    of_topic = ("messaging", "ladders", "--topic", "billing")
    assert careroute(*of_topic, "--ready-made", CAREROUTE_DATA_DIR=clinic).returncode == 0

    told = careroute("messaging", "ladders", CAREROUTE_DATA_DIR=clinic).stdout
    assert f"ladder: {SENTENCE}" in told
    assert "practice.topics.billing.ladder: if nobody has opened it after 4 h" in told
    assert json.loads(careroute("messaging", "ladders", "--json", CAREROUTE_DATA_DIR=clinic).stdout) == STEPS
    assert "would have done nothing" in careroute("messaging", "replay", CAREROUTE_DATA_DIR=clinic).stdout
    found = json.loads(careroute("messaging", "replay", "--days", "7", "--json", CAREROUTE_DATA_DIR=clinic).stdout)
    assert found == {"days": 7, "messages": 0, "steps": {}}


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_coming_days_begin_today_where_the_practice_is(clinic: str, tmp_path: Path, zone: str) -> None:
    """In Greenwich it is another day than in one of them, whenever this runs."""
    hours = written(tmp_path, {"practice": {"weekly": {"mon": [["08:00", "12:00"]]}}, "sites": {}})
    assert careroute("messaging", "hours", "--set", hours, CAREROUTE_DATA_DIR=clinic).returncode == 0
    assert careroute("practice", "time-zone", "clinic", zone, CAREROUTE_DATA_DIR=clinic).returncode == 0

    before = datetime.now(ZoneInfo(zone)).date()
    told = careroute("messaging", "hours", CAREROUTE_DATA_DIR=clinic).stdout
    after = datetime.now(ZoneInfo(zone)).date()

    first = re.findall(r"\b\d{4}-\d\d-\d\d\b", told)[0]
    assert before.isoformat() <= first <= after.isoformat()
    assert f"in the time zone {zone}" in told


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (STEPS[::-1], "ladder.1.after must be later than the step before it"),
        ("soon", "ladder"),
    ],
)
def test_a_ladder_that_can_not_be_saved_is_one_line(clinic: str, tmp_path: Path, value: object, said: str) -> None:
    refused = careroute("messaging", "ladders", "--set", written(tmp_path, value), CAREROUTE_DATA_DIR=clinic)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert said in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ladders", "--set", "/nowhere.json"), "FILE can't be read as JSON"),
        (("ladders", "--site", "north"), "--site must be a site with topics of its own"),
        (("hours", "--set", "/nowhere.json"), "FILE can't be read as JSON"),
        (("replay", "--days", "1000"), "days must be between 1 and 90"),
    ],
)
def test_bad_input_is_one_line(clinic: str, arguments: tuple[str, ...], said: str) -> None:
    refused = careroute("messaging", *arguments, CAREROUTE_DATA_DIR=clinic)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert said in refused.stderr
