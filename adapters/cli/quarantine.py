"""`careroute quarantine …`: what came over the broker and could not be taken. Facts, never texts."""

from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.flows import Open
from adapters.cli.terminal import console, fail, identifier, in_one_line, moment, practice_of, print_json, print_table
from router.actors import COMMAND
from router.errors import Refusal
from router.operations.quarantine import Quarantined

if TYPE_CHECKING:
    from uuid import UUID

ItemArgument = Annotated[str, typer.Argument(metavar="ID")]


def quarantine_commands(flows: Open) -> typer.Typer:
    """Listing, looking at one, and sending it on its way again."""
    group = typer.Typer(help="Messages from the broker that could not be accepted.", no_args_is_help=True)
    _listing(group, flows)
    _handling(group, flows)
    return group


def _listing(group: typer.Typer, flows: Open) -> None:
    @group.command("list")
    def show_all(
        practice: Annotated[str | None, typer.Option(help="Only this practice's messages; by default all.")] = None,
        limit: Annotated[int, typer.Option(min=1, max=1000, help="Maximum number of items.")] = 100,
        before: Annotated[str | None, typer.Option(help="Continue after this id.")] = None,
        *,
        done: Annotated[bool, typer.Option("--done", help="Include those that were accepted later.")] = False,
    ) -> None:
        """List the quarantined messages, newest first."""
        opened = flows()
        tenant = practice_of(opened.roster, practice) if practice else None
        since: UUID | None = identifier(before, "--before") if before else None
        rows = [
            [
                str(one.id),
                one.practice or "",
                one.reason,
                ", ".join(field or "an unknown one" for field in one.wrong),
                ", ".join(one.fields),
                *_facts(one),
            ]
            for one in opened.quarantine.items(tenant, since, limit, done=done)
        ]
        columns = ["id", "practice", "reason", "wrong fields", "fields", "bytes", "received", ""]
        print_table(columns, rows, "The quarantine is empty.")


def _facts(one: Quarantined) -> list[str]:
    accepted = f"accepted as {one.message}" if one.message else ""
    return [str(one.size), moment(one.received_at), accepted]


def _handling(group: typer.Typer, flows: Open) -> None:
    @group.command()
    def show(item: ItemArgument) -> None:
        """Show one quarantined message, without its text."""
        one = flows().quarantine.item(identifier(item, "ID"))
        print_json({name: getattr(one, name) for name in one.__slots__})

    @group.command()
    def requeue(item: ItemArgument) -> None:
        """Accept a quarantined message, or show why it is refused again."""
        try:
            receipt = flows().quarantine.requeue(identifier(item, "ID"), COMMAND)
        except Refusal as refusal:
            fail(f"refused, {refusal.slug}: {in_one_line(refusal)}")
        console.print(f"Accepted as message {receipt.id}.")
