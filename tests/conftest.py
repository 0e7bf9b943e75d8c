"""Fixtures for all tests, and their order."""

import pytest

pytest_plugins = ["tests.servers.fixtures"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What must run in one process goes first, so that the other ones have enough to do meanwhile."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
