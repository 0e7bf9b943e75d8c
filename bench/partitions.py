"""Partitions by month, tried: `python -m bench.partitions [--messages N]`.

Two tables hold the same messages of a year, one of them in a partition for each month. What is compared is what a
larger installation would gain and lose: blocks that a look reads, and seconds until a month's rows are gone.
"""

import argparse
from pathlib import Path
from time import perf_counter

import psycopg
from rich.console import Console
from rich.table import Table

from bench.pipeline import plain
from bench.stack import stack

TABLES = Path(__file__).with_name("partitions.sql")
ROWS = """
insert into {table} select 'practice-' || n % 50,
  (lpad(to_hex(1735689600000 + n::bigint * 31104000000 / {count}), 12, '0') || '7000'
    || substr(md5(n::text), 1, 16))::uuid,
  'patient-' || n % 2000, repeat('My question. ', 24), to_timestamp(1735689600 + n::bigint * 31104000 / {count})
from generate_series(0, {count} - 1) n
"""
LOOKS = {
    "a message by its key": "select body from {table} where practice = 'practice-7' and id = '{key}'",
    "the newest 20 of a patient": (
        "select id from {table} where practice = 'practice-7' and patient = 'patient-7'"
        " order by accepted_at desc limit 20"
    ),
    "likewise, of the last two months": (
        "select id from {table} where practice = 'practice-7' and patient = 'patient-7' and id >= first_id(10)"
        " order by accepted_at desc limit 20"
    ),
}
GONE = {
    "plain": ("delete from plain where id < first_id(1)", "vacuum plain"),
    "monthly": ("drop table month_0",),
}


def fill(connection: psycopg.Connection, messages: int) -> None:
    """Make both tables with so many rows."""
    *made, partitions = TABLES.read_text().split(";\n")
    for statement in made:
        connection.execute(statement.encode())
    for (partition,) in connection.execute(partitions.encode()).fetchall():
        connection.execute(str(partition).encode())
    for table in GONE:
        connection.execute(f"create index on {table} (practice, patient, accepted_at)".encode())
        connection.execute(ROWS.format(table=table, count=messages).encode())
    connection.execute("vacuum analyze")


def blocks(connection: psycopg.Connection, statement: str) -> int:
    """How many blocks a statement reads, its planning not counted."""
    connection.execute(statement.encode())
    explained = connection.execute(f"explain (analyze, buffers, format json) {statement}".encode()).fetchone()
    assert explained is not None
    plan = explained[0][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def let_go(connection: psycopg.Connection, table: str) -> float:
    """Seconds until the first month is gone and its room can be used again."""
    began = perf_counter()
    for statement in GONE[table]:
        connection.execute(statement.encode())
    return perf_counter() - began


def main() -> None:
    """Print what each table costs."""
    asked = argparse.ArgumentParser(prog="python -m bench.partitions", description=__doc__)
    asked.add_argument("--messages", type=int, default=5_000_000)
    messages = asked.parse_args().messages
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("", "one table", "by month"):
        table.add_column(column)
    with stack() as servers:
        url = servers.postgres.url(servers.postgres.create_database())
        with psycopg.connect(plain(url), autocommit=True) as connection:
            fill(connection, messages)
            (key,) = connection.execute("select id from plain where practice = 'practice-7' limit 1").fetchone() or (
                "",
            )
            for name, look in LOOKS.items():
                table.add_row(name, *(f"{blocks(connection, look.format(table=one, key=key))} blocks" for one in GONE))
            table.add_row("let the first month go", *(f"{let_go(connection, one):.2f} s" for one in GONE))
    Console(highlight=False).print(table)


if __name__ == "__main__":
    main()
