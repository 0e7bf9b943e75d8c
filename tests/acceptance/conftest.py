"""The promises are tested on the same databases as everything else."""

from tests.integration.conftest import database_url, engine, house

__all__ = ["database_url", "engine", "house"]
