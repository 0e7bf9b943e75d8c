"""A database that can not be used ends a command with a line that says why."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.integration.service.endings import is_one_line
from tests.processes import careroute
from tests.servers.postgres import PostgresServer


@pytest.mark.parametrize("command", [("run", "--port", "0"), ("status",)])
def test_a_database_file_that_can_not_be_opened(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "file").touch()

    ended = careroute(
        *command, DATABASE_URL=f"sqlite:///{tmp_path}/file/careroute.db", CAREROUTE_DATA_DIR=str(tmp_path / "data")
    )

    is_one_line(ended, "unable to open database file")


@pytest.mark.parametrize("command", [("run", "--port", "0"), ("status",)])
def test_a_file_that_is_no_database(data: Path, command: tuple[str, ...]) -> None:
    data.mkdir()
    (data / "careroute.db").write_bytes(b"something else" * 100)

    ended = careroute(*command, CAREROUTE_DATA_DIR=str(data))

    is_one_line(ended, "the database can't be used", "not a database")


@pytest.mark.parametrize("command", [("run", "--port", "0"), ("status",), ("migrate",)])
def test_the_database_of_another_application(data: Path, command: tuple[str, ...]) -> None:
    """It keeps its revision where Careroute does, and was taken for a later version."""
    data.mkdir()
    with closing(sqlite3.connect(data / "careroute.db")) as other:
        other.executescript("create table alembic_version (version_num); insert into alembic_version values ('ae1027')")

    ended = careroute(*command, CAREROUTE_DATA_DIR=str(data))

    is_one_line(ended, "belongs to another application")


@pytest.mark.parametrize("forbidden", ["alter database {} set default_transaction_read_only = on", None])
def test_a_migration_that_the_database_refuses(postgres_server: PostgresServer, forbidden: str | None) -> None:
    """Read-only, or by a role that may not create tables: an error with the places that it went through."""
    name, url = postgres_server.create_database(), postgres_server.url("postgres").replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("drop role if exists reader")
        connection.execute("create role reader login")
        if forbidden:
            connection.execute(sql.SQL(forbidden).format(sql.Identifier(name)))

    ended = careroute(
        "migrate",
        DATABASE_URL=postgres_server.url(name).replace("postgres@", "postgres@" if forbidden else "reader@"),
        SMTP_URL="catch:",
        SECRET_KEY="a long random text of 32 bytes or more",
    )

    assert (ended.returncode, ended.stdout) == (1, "")
    said = ended.stderr.splitlines()[-1]
    assert said.startswith("careroute: the database can't be migrated; nothing was changed: ")
    assert said.endswith("read-only transaction" if forbidden else "permission denied for schema public")
    assert "unhandled" not in ended.stderr


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_can_not_store_every_text(postgres_server: PostgresServer, encoding: str) -> None:
    """It was migrated, and then refused the first message in another alphabet."""
    name = f"narrow_{encoding.lower()}"
    url = postgres_server.url("postgres").replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        made = sql.SQL("create database {} template template0 encoding {} locale 'C'")
        connection.execute(made.format(sql.Identifier(name), sql.Literal(encoding)))

    ended = careroute(
        "migrate",
        DATABASE_URL=postgres_server.url(name),
        SMTP_URL="catch:",
        SECRET_KEY="a long random text of 32 bytes or more",
    )

    is_one_line(ended, f"the database's encoding is {encoding}", "UTF8")
