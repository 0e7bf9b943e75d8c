"""Staff and practices from a terminal."""

from pathlib import Path

from tests.processes import Finished, careroute


def test_a_practice_and_its_staff_are_kept_from_a_terminal(tmp_path: Path) -> None:
    def run(*arguments: str) -> Finished:
        return careroute(*arguments, CAREROUTE_DATA_DIR=str(tmp_path / "data"))

    assert run("practice", "create", "clinic", "--name", "Clinic", "--time-zone", "UTC").returncode == 0
    assert "Added Ana Silva (ana)." in run("staff", "add", "ana", "--name", "Ana Silva", "--title", "Nurse").stdout
    assert "id is taken" in run("staff", "add", "ana", "--name", "Another").stderr
    assert "Changed Ana Souza (ana)." in run("staff", "change", "ana", "--name", "Ana Souza").stdout
    assert "give --name" in run("staff", "change", "ana").stderr
    away = ("--from", "2030-03-02T08:00:00Z", "--until", "2030-03-09T08:00:00Z")
    assert "Saved." in run("staff", "absence", "ana", *away).stdout
    assert "--from must be a time" in run("staff", "absence", "ana", "--from", "soon").stderr
    assert "Deleted." in run("staff", "absence", "ana", "--delete").stdout
    assert "Nothing depends on them." in run("staff", "deactivate", "ana", "--dry-run").stdout
    assert "is deactivated" in run("staff", "deactivate", "ana").stdout
    assert "left" in run("staff", "list").stdout
    assert "Changed" in run("staff", "change", "ana", "--active").stdout
    assert "is now called Willow" in run("practice", "rename", "clinic", "Willow").stdout
    assert "is now in time zone America/Chicago" in run("practice", "time-zone", "clinic", "America/Chicago").stdout
    assert "Willow" in run("practice", "list").stdout
    kept = run("practice", "delete", "clinic")
    assert (kept.returncode, len(kept.stderr.splitlines())) == (2, 1)
    assert "Deleted practice clinic." in run("practice", "delete", "clinic", "--yes").stdout
    assert "There are no practices yet." in run("practice", "list").stdout
