"""Operators, who run the installation."""

from typing import Annotated

import typer

from adapters.cli.flows import Open
from adapters.cli.passwords import read_password
from adapters.cli.terminal import console, moment, print_table
from router.actors import COMMAND


def operator_commands(flows: Open) -> typer.Typer:
    """`careroute operator …`."""
    group = typer.Typer(help="People who run the installation.", no_args_is_help=True)

    @group.command()
    def create(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
        """Create an operator, who may open /ops. The password is read from standard input or a prompt."""
        opened = flows()
        opened.sign_in.create_operator(name, read_password(), COMMAND)
        console.print(f"{name.strip()} signs in at /sign-in with the practice left empty.")

    @group.command()
    def password(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
        """Change an operator's password, read from standard input or a prompt. Their sessions end."""
        opened = flows()
        opened.sign_in.set_operator_password(name, read_password(), COMMAND)
        console.print(f"{name.strip()} signs in with the new password.")

    @group.command(name="list")
    def show() -> None:
        """List the operators, who may open /ops."""
        rows = [[operator.name, moment(operator.created_at)] for operator in flows().sign_in.operators()]
        print_table(["Name", "Created"], rows, "There are no operators.")

    @group.command()
    def remove(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
        """Remove an operator; their sessions end at once."""
        flows().sign_in.remove_operator(name, COMMAND)
        console.print(f"Removed {name.strip()}.")

    return group
