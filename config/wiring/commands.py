"""All commands on one root."""

import typer

from adapters.cli.messages import add_message_commands
from adapters.cli.messaging import messaging_commands
from adapters.cli.operations import add_operation_commands
from adapters.cli.operators import operator_commands
from adapters.cli.practice import key_commands, practice_commands, staff_commands
from adapters.cli.quarantine import quarantine_commands
from adapters.cli.roster import roster_commands
from adapters.cli.terminal import fail, in_one_line
from config.settings import SettingsError
from config.wiring.command import open_flows
from config.wiring.readiness import NotReadyError
from router.errors import CarerouteError, Refusal


def add_commands(root: typer.Typer) -> None:
    """Add every command that works on the database."""
    add_message_commands(root, open_flows)
    add_operation_commands(root, open_flows)
    for name, group in (
        ("practice", practice_commands),
        ("roster", roster_commands),
        ("staff", staff_commands),
        ("key", key_commands),
        ("messaging", messaging_commands),
        ("operator", operator_commands),
        ("quarantine", quarantine_commands),
    ):
        root.add_typer(group(open_flows), name=name)


def run(root: typer.Typer) -> None:
    """Run the command that was typed; bad input ends with one line and exit code 2."""
    try:
        root()
    except Refusal as refusal:
        fail(in_one_line(refusal))
    except (SettingsError, NotReadyError, CarerouteError) as error:
        fail(str(error))
