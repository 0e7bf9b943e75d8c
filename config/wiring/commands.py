"""All commands on one root. What isn't typed isn't imported: the names and what they are for are listed here."""

from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typing_extensions import override

from config.errors import NotReadyError, SettingsError
from router.errors import CarerouteError, Refusal

if TYPE_CHECKING:
    from adapters.cli.flows import CommandFlows


@dataclass(frozen=True, slots=True)
class LaterCommand:
    """A command or group of adapters.cli: what `--help` says of it, and the function of which module makes it.

    `seconds` is how long it waits for the database, where that isn't as long as processes wait that start with it.
    """

    help: str
    module: str
    function: str
    seconds: float | None = None


SEND = "Send a message for a patient. The running service delivers it."
INBOX = "Show the inbox of a member of staff, newest first."
TRACE = "Show who got a message and why, step by step. Its text is not shown."
STATUS = "Show the backlog and its rate, the live workers, and what is parked."
RECONCILE = "Check that promises 1 to 4 hold for all practices; exit code 1 if one doesn't."
OVERDUE = "List messages that nobody has answered in time, and who has them."
QUARANTINE = "Messages from the broker that could not be accepted."

# Somebody who types it during trouble wants to see the reason at once.
STATUS_SECONDS = 3

COMMANDS = {
    "send": LaterCommand(SEND, "messages", "add_message_commands"),
    "inbox": LaterCommand(INBOX, "messages", "add_message_commands"),
    "trace": LaterCommand(TRACE, "messages", "add_message_commands"),
    "status": LaterCommand(STATUS, "operations", "add_operation_commands", STATUS_SECONDS),
    "reconcile": LaterCommand(RECONCILE, "operations", "add_operation_commands"),
    "overdue": LaterCommand(OVERDUE, "overdue", "add_overdue_command"),
    "parked": LaterCommand("Items that need a person's attention.", "operations", "add_operation_commands"),
    "audit": LaterCommand("The audit record: who did and saw what.", "operations", "add_operation_commands"),
}
GROUPS = {
    "practice": LaterCommand("Practices.", "practice", "practice_commands"),
    "roster": LaterCommand("Sites, staff, patients and care teams.", "roster", "roster_commands"),
    "staff": LaterCommand("Members of staff.", "practice", "staff_commands"),
    "key": LaterCommand("API keys.", "practice", "key_commands"),
    "messaging": LaterCommand("The messaging settings: who gets which topic.", "messaging", "messaging_commands"),
    "operator": LaterCommand("People who run the installation.", "operators", "operator_commands"),
    "quarantine": LaterCommand(QUARANTINE, "quarantine", "quarantine_commands"),
}


class LaterGroup(TyperGroup):
    """A group that lists the commands of adapters.cli, and makes the one that is typed.

    Typer has no public type of contexts and commands.
    """

    @override
    def list_commands(self, ctx: Any) -> list[str]:
        return [*self.commands, *(name for name in (*COMMANDS, *GROUPS) if name not in self.commands)]

    @override
    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        later = COMMANDS.get(cmd_name) or GROUPS.get(cmd_name)
        listed = TyperCommand(cmd_name, callback=None, help=later.help) if later else None
        return super().get_command(ctx, cmd_name) or listed

    @override
    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        if args and args[0] in COMMANDS.keys() | GROUPS.keys():
            self.commands[args[0]] = made(args[0])
        return super().resolve_command(ctx, args)


def made(name: str) -> Any:  # noqa: ANN401 - commands have no public type.
    """The command of this name."""
    alone = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
    later = COMMANDS.get(name) or GROUPS[name]
    make = getattr(import_module(f"adapters.cli.{later.module}"), later.function)
    opens = partial(open_flows, later.seconds)
    if name in COMMANDS:
        make(alone, opens)
    else:
        alone.add_typer(make(opens), name=name)
    return typer.main.get_group(alone).commands[name]


def open_flows(seconds: float | None = None) -> "CommandFlows":
    """See config.wiring.command.open_flows."""
    from config.wiring import command  # noqa: PLC0415 - the database takes longer to import than all the rest.

    return command.open_flows() if seconds is None else command.open_flows(seconds)


def run(root: typer.Typer) -> None:
    """Run the command that was typed; bad input ends with one line and exit code 2."""
    try:
        root()
    except Refusal as refusal:
        from adapters.cli.terminal import fail, in_one_line  # noqa: PLC0415 - only where it is needed.

        fail(in_one_line(refusal))
    except (SettingsError, NotReadyError, CarerouteError) as error:
        from adapters.cli.terminal import fail  # noqa: PLC0415 - likewise.

        fail(str(error))
    except OSError as error:
        from adapters.cli.terminal import fail  # noqa: PLC0415 - likewise.

        # The machine refuses: a full disk, a folder that isn't there.
        fail(f"{error.filename}: {error.strerror}" if error.filename else error.strerror or type(error).__name__)
