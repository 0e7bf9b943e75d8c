"""The promises by number: how docs/promises.md calls them, and the tests that fail when they are broken."""

import ast
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "promises.md"
LIST = ROOT / "tests" / "promises.toml"
HEADING = re.compile(r"^## (\d+)\. (.+)$", re.MULTILINE)


def read_page() -> dict[int, str]:
    """The name of each promise, as operators read it."""
    return {int(number): name for number, name in HEADING.findall(PAGE.read_text())}


def read_tests() -> dict[int, Sequence[str]]:
    """The node ids of each promise's tests, without parameters."""
    listed: Mapping[str, Mapping[str, Sequence[str]]] = tomllib.loads(LIST.read_text())
    return {int(number): entry["tests"] for number, entry in listed.items()}


def exists(test: str) -> bool:
    """Whether there is a test function of this node id."""
    path, _, name = test.partition("::")
    file = ROOT / path
    if not file.is_file():
        return False
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return any(isinstance(node, functions) and node.name == name for node in ast.parse(file.read_text()).body)
