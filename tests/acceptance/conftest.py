"""The promises are tested on the same databases as everything else."""

from tests.integration.conftest import (
    engine,
    house,
    migrated_database,
    migrated_file,
    migrated_postgres_url,
    migrated_sqlite_url,
    shared_postgres_engine,
    shared_sqlite_engine,
)

__all__ = [
    "engine",
    "house",
    "migrated_database",
    "migrated_file",
    "migrated_postgres_url",
    "migrated_sqlite_url",
    "shared_postgres_engine",
    "shared_sqlite_engine",
]
