"""Fixtures for all tests, their order, and which of them count as covering the router."""

from pathlib import Path

import pytest

from config.file_descriptors import raise_limit

pytest_plugins = ["tests.servers.fixtures"]


def pytest_configure() -> None:
    """Floods need more connections than an ordinary account begins with; processes that tests start inherit it."""
    raise_limit()


def pytest_report_header() -> str:
    """How many there are."""
    return f"file descriptors: {raise_limit()}"


# The router is to be covered by tests of its own; those of pages and calls would only take longer for being watched.
TESTS = Path(__file__).parent
OF_THE_ROUTER = tuple(TESTS / folder for folder in ("unit", "acceptance", "integration/flows"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What must run in one process goes first, so that the other ones have enough to do meanwhile."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
    for item in items:
        if not any(item.path.is_relative_to(folder) for folder in OF_THE_ROUTER):
            item.add_marker("no_cover")
