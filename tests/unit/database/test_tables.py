"""Everything stays within a practice: its tables, keys and references could be spread over databases by practice."""

import pytest
from sqlalchemy import Table, UniqueConstraint

from adapters.database.tables import metadata

# Of the installation, not of a practice: each database would have its own, or one database would keep them for all.
OF_THE_INSTALLATION = {"known_device", "operator", "relay", "secret_in_use", "sign_in_attempt", "worker"}
# What is looked up before the practice is known, so that it would have to say in which database it is.
WITHOUT_PRACTICE = {
    ("api_key", "id"),
    ("password_link", "digest"),
    ("portal_link", "digest"),
    ("quarantine", "digest"),
    ("quarantine", "id"),
    ("session", "digest"),
}
TABLES = [table for table in metadata.sorted_tables if table.name not in OF_THE_INSTALLATION]


def uniques(table: Table) -> set[tuple[str, ...]]:
    """The columns of the primary key and of everything else that is unique."""
    constraints = [constraint for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
    found = {tuple(column.name for column in one.columns) for one in (table.primary_key, *constraints)}
    found |= {tuple(column.name for column in index.columns) for index in table.indexes if index.unique}
    return found | {(column.name,) for column in table.columns if column.unique}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_each_table_leads_with_the_practice(table: Table) -> None:
    names = [column.name for column in table.columns]

    assert names[0] == "practice" or table.name in {"practice", "quarantine"}
    assert "practice" in names or table.name == "practice"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_whatever_is_unique_includes_the_practice(table: Table) -> None:
    key = "id" if table.name == "practice" else "practice"

    without = {(table.name, *columns) for columns in uniques(table) if key not in columns}

    assert without <= WITHOUT_PRACTICE


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_references_stay_within_the_practice(table: Table) -> None:
    for reference in table.foreign_key_constraints:
        if reference.referred_table.name in OF_THE_INSTALLATION:
            continue
        to_key = "id" if reference.referred_table.name == "practice" else "practice"
        pairs = {(element.parent.name, element.column.name) for element in reference.elements}

        assert ("practice", to_key) in pairs


def test_the_exceptions_are_there() -> None:
    tables = metadata.tables
    assert tables.keys() >= OF_THE_INSTALLATION
    assert {(name, column) for name, column in WITHOUT_PRACTICE if (column,) in uniques(tables[name])} == {
        *WITHOUT_PRACTICE
    }
