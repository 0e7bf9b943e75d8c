"""The commands that are listed are those that there are, and listing them takes next to nothing."""

import subprocess
import sys
from importlib import import_module

import pytest
import typer

from config.wiring.commands import COMMANDS, GROUPS, LaterCommand, made, open_flows

LISTED = {name: later.help for name, later in {**COMMANDS, **GROUPS}.items()}
# What takes longer to import than all that is listed.
HEAVY = ("sqlalchemy", "alembic", "pydantic", "email_validator", "structlog", "rich.console", "fastapi", "celery")


@pytest.mark.parametrize("name", LISTED)
def test_help_says_of_each_command_what_the_command_says_of_itself(name: str) -> None:
    assert made(name).help == LISTED[name]


def test_help_imports_neither_the_database_nor_the_settings() -> None:
    """It took 20 times as long as importing typer."""
    code = (
        "import sys; from config.command import root\n"
        "try: root(['--help'])\n"
        f"except SystemExit: print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
    assert all(f"  {name} " in done.stdout for name in LISTED)


@pytest.mark.parametrize(
    "later", {(command.module, command.function): command for command in COMMANDS.values()}.values()
)
def test_every_command_that_there_is_is_listed(later: LaterCommand) -> None:
    """Nobody could run `careroute overdue`: it was made along with others, and stood in no list."""
    alone = typer.Typer()
    getattr(import_module(f"adapters.cli.{later.module}"), later.function)(alone, open_flows)
    alone.callback()(lambda: None)

    assert set(typer.main.get_group(alone).commands) <= COMMANDS.keys()
