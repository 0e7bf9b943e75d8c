"""What the commands share: printing, one-line errors, and the practice that is meant."""

import json
import sys
from datetime import datetime
from typing import Annotated, NoReturn
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from router.errors import Refusal
from router.flows.administrator.roster import ImportRoster

BAD_INPUT = 2
MOST_ERRORS = 5

PracticeOption = Annotated[
    str | None, typer.Option("--practice", help="The practice's id. Optional if there is only one.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]

# Where the output is no terminal, another program reads it: nothing is folded or cut off then.
WIDE = 4_000

# Brackets and colons are what people and mail servers wrote: neither styles nor emojis.
console = Console(
    highlight=False, markup=False, emoji=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDE
)


def fail(said: str, code: int = BAD_INPUT) -> NoReturn:
    """Print one line on standard error and exit with this code."""
    typer.echo(f"careroute: {' '.join(said.split())}", err=True)
    raise SystemExit(code)


def in_one_line(refusal: Refusal) -> str:
    """A refusal with the fields that it is about."""
    if not refusal.errors:
        return refusal.detail
    said = "; ".join(f"{one.field} {one.message}" for one in refusal.errors[:MOST_ERRORS])
    more = len(refusal.errors) - MOST_ERRORS
    return f"{said}; and {more} more" if more > 0 else said


def practice_of(enrol: ImportRoster, given: str | None) -> str:
    """The given practice, or the only one there is."""
    practices = [practice.id for practice in enrol.practices()]
    if given is not None:
        if given not in practices:
            fail("--practice: there is no such practice")
        return given
    if len(practices) == 1:
        return practices[0]
    if not practices:
        fail("there are no practices yet: careroute practice create")
    fail("there are several practices: choose one with --practice")


def identifier(given: str, what: str) -> UUID:
    """An id as it was typed."""
    try:
        return UUID(given)
    except ValueError:
        fail(f"{what} is not a valid id")


def print_json(value: object) -> None:
    """Print JSON that other programs can read."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=_plain))


def _plain(value: object) -> str:
    return moment(value) if isinstance(value, datetime) else str(value)


def moment(at: datetime) -> str:
    """A moment in UTC (RFC 3339)."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def print_table(columns: list[str], rows: list[list[str]], empty: str) -> None:
    """Print a table, or a sentence where there is nothing to show."""
    if not rows:
        console.print(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)
