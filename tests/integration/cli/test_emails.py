"""Emails to patients from a terminal."""

from pathlib import Path

from tests.integration.service.conftest import set_up
from tests.processes import careroute


def test_the_sender_and_the_portal_are_set_one_by_one(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    set_up(tmp_path, CAREROUTE_DATA_DIR=data)

    def emails(*arguments: str) -> list[str]:
        return careroute("messaging", "emails", *arguments, CAREROUTE_DATA_DIR=data).stdout.splitlines()

    assert emails() == ["Name in emails: none", "Portal: none; emails say to sign in on the website"]
    assert emails("--from", "Willow")[0] == "Name in emails: Willow"
    assert emails("--portal", "https://portal.example") == ["Name in emails: Willow", "Portal: https://portal.example"]
    assert emails("--from", "")[0] == "Name in emails: none"
    refused = careroute("messaging", "emails", "--portal", "portal.example", CAREROUTE_DATA_DIR=data)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert "portal_url" in refused.stderr
