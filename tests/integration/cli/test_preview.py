"""Gaps and previews from a terminal."""

import json
from pathlib import Path

import pytest

from tests.integration.service.conftest import set_up
from tests.processes import careroute

BILL = ("messaging", "preview", "--patient", "sam", "--topic", "billing")


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The data directory of a practice that is set up."""
    folder = tmp_path_factory.mktemp("clinic")
    set_up(folder, CAREROUTE_DATA_DIR=str(folder / "data"))
    return str(folder / "data")


def test_the_gaps_are_told_in_words_and_as_json(clinic: str) -> None:
    told = careroute("messaging", "gaps", CAREROUTE_DATA_DIR=clinic).stdout.splitlines()
    listed = json.loads(careroute("messaging", "gaps", "--json", CAREROUTE_DATA_DIR=clinic).stdout)

    assert told == [one["message"] for one in listed]
    assert [one["kind"] for one in listed] == ["catch_all"] * 5


def test_a_preview_is_told_step_by_step(clinic: str) -> None:
    told = careroute(*BILL, "--at", "2026-03-02T12:00:00Z", CAREROUTE_DATA_DIR=clinic).stdout

    assert "Billing, To: Billing Office" in told
    assert "Routed at 2026-03-02T12:00:00Z, by version 1 of the settings:" in told
    assert "The catch-all: Ada Administrator gets it." in told
    assert told.splitlines()[-1] == "It would reach Ada Administrator."
    assert "Canary" not in told


def test_a_draft_is_tried_from_a_file(clinic: str, tmp_path: Path) -> None:
    settings = json.loads(careroute("messaging", "export", CAREROUTE_DATA_DIR=clinic).stdout)
    settings["practice"]["topics"]["billing"] |= {"recipients": ["ann"], "enabled": False}
    file = tmp_path / "draft.json"
    file.write_text(json.dumps(settings))

    told = careroute(*BILL, "--file", str(file), CAREROUTE_DATA_DIR=clinic).stdout

    assert "The form would refuse it (topic_off): topic: is not offered at this site" in told
    assert "by the draft:" in told
    assert told.splitlines()[-1] == "It would reach Ann Nurse."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--patient", "ghost"), "patient is not known"),
        (("--at", "noon"), "at must be a time"),
        (("--file", "/nowhere.json"), "FILE can't be read as JSON"),
    ],
)
def test_bad_input_is_one_line(clinic: str, arguments, said) -> None:
    done = careroute(*BILL, *arguments, CAREROUTE_DATA_DIR=clinic)

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert said in done.stderr
