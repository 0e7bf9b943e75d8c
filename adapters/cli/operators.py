"""Operators, who run the installation."""

from typing import Annotated

import typer

from adapters.cli.flows import Open
from adapters.cli.passwords import read_password
from adapters.cli.terminal import console
from router.actors import COMMAND


def operator_commands(flows: Open) -> typer.Typer:
    """`careroute operator …`."""
    group = typer.Typer(help="People who run the installation.", no_args_is_help=True)

    @group.callback()
    def within() -> None:
        """People who run the installation."""

    @group.command()
    def create(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
        """Make somebody who may open /ops; the password comes from standard input or is asked for."""
        opened = flows()
        opened.sign_in.create_operator(name, read_password(), COMMAND)
        console.print(f"{name.strip()} signs in at /sign-in with the practice left empty.", markup=False)

    return group
