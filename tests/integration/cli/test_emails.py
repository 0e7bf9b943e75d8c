"""Emails to patients from a terminal."""

from pathlib import Path

from tests.integration.service.conftest import set_up
from tests.processes import careroute


def test_the_sender_and_the_portal_are_set_one_by_one(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    set_up(tmp_path, CAREROUTE_DATA_DIR=data)

    def emails(*arguments: str) -> list[str]:
        return careroute("messaging", "emails", *arguments, CAREROUTE_DATA_DIR=data).stdout.splitlines()

    assert emails() == ["From: nobody is named", "Portal: none; emails say where to sign in"]
    assert emails("--from", "Willow")[0] == "From: Willow"
    assert emails("--portal", "https://portal.example") == ["From: Willow", "Portal: https://portal.example"]
    assert emails("--from", "")[0] == "From: nobody is named"
    refused = careroute("messaging", "emails", "--portal", "portal.example", CAREROUTE_DATA_DIR=data)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert "portal_url" in refused.stderr
