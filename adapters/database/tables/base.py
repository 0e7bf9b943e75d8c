"""What every table is made with: it leads with its practice, and its foreign keys include it."""

from sqlalchemy import Column, ForeignKeyConstraint, MetaData, PrimaryKeyConstraint, String, Table
from sqlalchemy.sql.schema import SchemaItem

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


def to_practice() -> ForeignKeyConstraint:
    """A foreign key to the practice itself."""
    return ForeignKeyConstraint(["practice"], ["practice.id"])
