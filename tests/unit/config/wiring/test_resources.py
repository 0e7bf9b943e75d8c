"""Resources that every process needs."""

import pytest

from config.wiring.resources import InstalledTimeZones


@pytest.mark.parametrize(
    ("name", "known"),
    [("America/Chicago", True), ("UTC", True), ("localtime", False), ("Factory", False), ("Nowhere/City", False)],
)
def test_a_time_zone_is_one_of_the_iana_database(name: str, known: bool) -> None:  # noqa: FBT001 - a parameter.
    assert InstalledTimeZones().has(name) is known
