"""What every table is made with: it leads with its practice, and its foreign keys include it."""

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    TextClause,
    UniqueConstraint,
)
from sqlalchemy.sql.schema import SchemaItem

ONLY = "only"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def owned(name: str, *columns: SchemaItem, key: tuple[str, ...] = ("id",)) -> Table:
    """A table whose rows belong to a practice."""
    return Table(
        name, metadata, Column("practice", String, nullable=False), *columns, PrimaryKeyConstraint("practice", *key)
    )


def to(table: str, *columns: str, key: tuple[str, ...] = ("id",)) -> ForeignKeyConstraint:
    """A foreign key within the practice."""
    return ForeignKeyConstraint(["practice", *columns], [f"{table}.practice", *(f"{table}.{one}" for one in key)])


def unique_where(condition: TextClause, *columns: str) -> tuple[SchemaItem, SchemaItem]:
    """Columns that are unique where they are not null, as the condition says.

    On PostgreSQL only those rows are in the index, since most rows never get there and each entry costs as much as one
    of the primary key. SQLite, where a constraint can't be replaced, has it as a constraint.
    """
    unique = UniqueConstraint(*columns, info={ONLY: "sqlite"}).ddl_if(dialect="sqlite")
    index = Index(None, *columns, unique=True, postgresql_where=condition, info={ONLY: "postgresql"})
    return unique, index.ddl_if(dialect="postgresql")


def is_of(dialect: str, item: SchemaItem) -> bool:
    """Whether databases of this dialect have such an index or constraint."""
    return bool(item.info.get(ONLY, dialect) == dialect)


def to_practice() -> ForeignKeyConstraint:
    """A foreign key to the practice itself."""
    return ForeignKeyConstraint(["practice"], ["practice.id"])
