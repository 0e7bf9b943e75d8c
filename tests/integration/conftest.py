"""Databases for tests: every test that asks for one runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from adapters.database.engine import make_engine
from tests.house import House


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path / 'careroute.db'}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on it."""
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def house(engine: Engine) -> House:
    """All flows on an empty, migrated database."""
    return House(engine)
