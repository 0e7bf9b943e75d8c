"""Alembic's environment: migrates over the connection that `adapters.database.schema` hands it."""

from alembic import context
from sqlalchemy import Connection, text

from adapters.database.tables import metadata
from adapters.database.tables.base import is_of

# A migration that waits for a lock makes everybody behind it wait too: it gives up and is run again.
LOCK_TIMEOUT = "4s"


def migrate() -> None:
    """Run the migrations in one transaction."""
    connection: Connection = context.config.attributes["connection"]
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"set local lock_timeout = '{LOCK_TIMEOUT}'"))
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        include_object=lambda item, *_: is_of(connection.dialect.name, item),
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


migrate()
