"""How many connections a process may have."""

import resource

import pytest

from config import file_descriptors

KIND = resource.RLIMIT_NOFILE


@pytest.mark.parametrize(
    ("limits", "raised", "room"),
    [
        ((1_024, 4_096), (4_096, 4_096), 3_968),
        ((1_024, 1_024), None, 896),
        ((100, 100), None, 50),
        ((1_024, resource.RLIM_INFINITY), (65_536, resource.RLIM_INFINITY), 65_408),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), None, 65_408),
    ],
)
def test_the_soft_limit_is_raised_to_the_hard_one(monkeypatch: pytest.MonkeyPatch, limits, raised, room) -> None:
    """So far as that makes sense; what is reserved for other files is no room for connections."""
    current, asked = [limits], []

    def set_limits(_kind: int, wanted: tuple[int, int]) -> None:
        asked.append(wanted)
        current[0] = wanted

    monkeypatch.setattr(resource, "getrlimit", lambda _kind: current[0])
    monkeypatch.setattr(resource, "setrlimit", set_limits)

    limit = file_descriptors.raise_limit()

    assert asked == ([raised] if raised else [])
    assert limit == current[0][0]
    assert file_descriptors.connections() == room
