"""The data folder is for its own user's eyes."""

import os
from pathlib import Path

import pytest

from config.errors import SettingsError
from config.wiring import data_folder


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_a_new_folder_is_closed_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        data_folder.prepare(tmp_path / "data")
    finally:
        os.umask(before)

    assert mode(tmp_path / "data") == 0o700


def test_a_folder_of_an_earlier_version_is_closed_with_what_it_holds(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "mail" / "new").mkdir(parents=True)
    for file in (data / "careroute.db", data / "mail" / "new" / "one"):
        file.touch()
        file.chmod(0o644)
    outside = tmp_path / "outside"
    outside.touch()
    outside.chmod(0o644)
    (data / "link").symlink_to(outside)
    data.chmod(0o755)

    data_folder.prepare(data)

    assert {mode(path) for path in (data, data / "mail", data / "mail" / "new")} == {0o700}
    assert {mode(path) for path in (data / "careroute.db", data / "mail" / "new" / "one")} == {0o600}
    assert mode(outside) == 0o644


def test_a_folder_that_all_users_share_is_left_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)

    data_folder.prepare(shared)

    assert shared.stat().st_mode & 0o7777 == 0o1777


def test_a_second_service_is_kept_out_until_the_first_ends(tmp_path: Path) -> None:
    with data_folder.locked(tmp_path), pytest.raises(SettingsError, match="another careroute run uses"):
        data_folder.locked(tmp_path).__enter__()

    with data_folder.locked(tmp_path):
        pass
