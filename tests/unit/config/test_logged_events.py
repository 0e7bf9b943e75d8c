"""Operators find each line that Careroute logs, with its level, in docs/operations.md, and nothing else there."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from config.broker_url import weakness_of
from config.wiring.readiness import AWAY, NARROW

ROOT = Path(__file__).parents[3]
LEVELS = ("critical", "error", "info", "warning")
# These functions log what they are given, for instance:
GIVEN = {
    "say": (
        f"{AWAY}; waiting up to 60 s",
        "a crash of the database's machine can lose accepted messages: fsync off",
        f"the database's encoding is LATIN1: {NARROW}",
    ),
    "say_weakness": (str(weakness_of("rediss://broker/0?ssl_cert_reqs=none")),),
}
ROW = re.compile(r"^\| (?P<events>`[^|]+) \| (?P<level>\w+) \|", re.MULTILINE)


def is_logger(node: ast.expr) -> bool:
    """Whether a method of this is one of a logger: `logger`, `resources.logger`, `structlog.get_logger(…)`."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func).endswith("get_logger")
    return ast.unparse(node).split(".")[-1] == "logger"


def logged_in(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """The level and event of each line that a function logs."""
    for call in ast.walk(function):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        if call.func.attr not in LEVELS or not is_logger(call.func.value):
            continue
        event = call.args[0]
        if isinstance(event, ast.Constant) and isinstance(event.value, str):
            yield call.func.attr, event.value
        else:
            yield from ((call.func.attr, given) for given in GIVEN[function.name])


@cache
def logged() -> list[tuple[str, str]]:
    """Level and event of all lines that Careroute logs, sorted."""
    files = [path for folder in ("adapters", "config", "router", "tasks") for path in (ROOT / folder).rglob("*.py")]
    functions = (
        node for path in files for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)
    )
    return sorted({line for function in functions for line in logged_in(function)})


@cache
def listed() -> list[tuple[str, str]]:
    """Level and event of the table of events in docs/operations.md; … stands for any text."""
    logs = (ROOT / "docs" / "operations.md").read_text().partition("\n## Logs\n")[2].partition("\n## ")[0]
    return sorted(
        (row["level"], event) for row in ROW.finditer(logs) for event in re.findall(r"`([^`]+)`", row["events"])
    )


def is_listed_as(event: str, name: str) -> bool:
    """Whether an event is the one that the table lists under this name."""
    return re.fullmatch(".*".join(map(re.escape, name.split("…"))), event) is not None


@pytest.mark.parametrize(("level", "event"), logged())
def test_an_event_is_listed(level: str, event: str) -> None:
    assert [row for row in listed() if row[0] == level and is_listed_as(event, row[1])] != []


@pytest.mark.parametrize(("level", "name"), listed())
def test_what_is_listed_is_logged(level: str, name: str) -> None:
    assert [line for line in logged() if line[0] == level and is_listed_as(line[1], name)] != []
