"""Fixtures for all tests, their order, and which of them count as covering the router."""

import os
from pathlib import Path

import pytest

from config.file_descriptors import raise_limit
from tests import engines

pytest_plugins = ["tests.servers.fixtures"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds `--both-engines`."""
    parser.addoption("--both-engines", action="store_true", help="run tests of calls and pages on both engines")


def pytest_configure(config: pytest.Config) -> None:
    """Floods need more connections than an ordinary account begins with; processes that tests start inherit it."""
    raise_limit()
    config.addinivalue_line("markers", "both_engines: a test of a call or a page that runs on SQLite and PostgreSQL")


def pytest_report_header() -> list[str]:
    """How many there are, and the seed of the state machine, by which a run can be repeated."""
    return [f"file descriptors: {raise_limit()}", f"SEED={os.environ.get('SEED') or 0}"]


# The router is to be covered by tests of its own; those of pages and calls would only take longer for being watched.
TESTS = Path(__file__).parent
OF_THE_ROUTER = tuple(TESTS / folder for folder in ("unit", "acceptance", "integration/flows"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of several processes none is to begin with one of the longest tests when the others have nothing left to do."""
    if not config.getoption("--both-engines"):
        elsewhere = [item for item in items if engines.left_out(item)]
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in set(elsewhere)]
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("stack") is None)
    for item in items:
        if not any(item.path.is_relative_to(folder) for folder in OF_THE_ROUTER):
            item.add_marker("no_cover")
