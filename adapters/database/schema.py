"""Bringing a database to the newest schema, and telling whether it is there."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

MIGRATIONS = Path(__file__).parent / "migrations"
# Each version of the schema has it.
FIRST_TABLE = "practice"


@cache
def newest_revision() -> str:
    """The revision that this code needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise LookupError("there are no migrations")
    return head


def current_revision(engine: Engine) -> str | None:
    """The revision that the database is at; None when it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_behind(revision: str | None) -> bool:
    """Whether a database at this revision lacks something that this code needs.

    A revision that this code has never heard of is a later version's: migrations only add, so that the processes of the
    version before go on working, and may be started again, while an upgrade is under way.
    """
    if revision is None:
        return True
    return revision in _known_revisions() and revision != newest_revision()


def is_foreign(engine: Engine, revision: str | None) -> bool:
    """Whether an unknown revision is another application's, which keeps it in the same place, not a later version's."""
    if revision is None or revision in _known_revisions():
        return False
    return not inspect(engine).has_table(FIRST_TABLE)


@cache
def _known_revisions() -> frozenset[str]:
    """Cached, since readiness checks it again and again."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a revision; does nothing where it is there already, or at a later version's revision.

    Processes that migrate at the same time take turns: PostgreSQL by an advisory lock, SQLite as its writers do.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("select pg_advisory_xact_lock(hashtext('careroute migrations'))")
        current = MigrationContext.configure(connection).get_current_revision()
        if current is None or current in _known_revisions():
            command.upgrade(_config(connection), revision)


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
