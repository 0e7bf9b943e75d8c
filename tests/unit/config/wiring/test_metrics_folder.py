"""The folder in which a worker's processes count."""

import resource
from pathlib import Path

import pytest

from config.errors import SettingsError
from config.wiring import metrics_folder


def test_there_is_room_for_each_process_before_it_counts(tmp_path: Path) -> None:
    """Files with holes end a process as soon as it counts into a hole and the disk is full."""
    made = metrics_folder.make(tmp_path, 2)

    kept = {path.name: path.stat() for path in made.iterdir()}
    places = ("main", "0", "1")
    assert set(kept) == {f"{kind}_{place}.db" for kind in ("counter", "histogram") for place in places}
    assert all(512 * one.st_blocks >= one.st_size == metrics_folder.FILE_BYTES for one in kept.values())


def test_where_there_is_none_it_is_said_and_nothing_stays_behind(tmp_path: Path) -> None:
    """Files can grow no further than the kernel lets them, as if the disk had no more to give."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    try:
        with pytest.raises(SettingsError, match=f"no room for metrics in {tmp_path}: File too large"):
            metrics_folder.make(tmp_path, 1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert list(tmp_path.iterdir()) == []
