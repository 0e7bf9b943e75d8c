"""`careroute messaging emails`: what emails to patients say, from a terminal."""

from dataclasses import replace
from typing import Annotated

import typer

from adapters.cli.flows import Open
from adapters.cli.terminal import PracticeOption, console, practice_of
from router.actors import COMMAND


def add_emails_command(group: typer.Typer, flows: Open) -> None:
    """Add the command."""

    @group.command()
    def emails(
        practice: PracticeOption = None,
        name: Annotated[
            str | None, typer.Option("--from", help="The practice's name in emails; empty: emails don't name it.")
        ] = None,
        portal: Annotated[
            str | None, typer.Option(help="The address of the practice's own portal; empty: none.")
        ] = None,
    ) -> None:
        """Show or set the practice's name in emails to patients, and the portal that they link to."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        current = opened.messaging.read(tenant, COMMAND).messaging
        if name is not None or portal is not None:
            wanted = replace(
                current,
                email_name=current.email_name if name is None else name.strip(),
                portal_url=current.portal_url if portal is None else portal.strip(),
            )
            current = opened.messaging.save(tenant, wanted, current.version, COMMAND).messaging
        console.print(f"Name in emails: {current.email_name or 'none'}")
        console.print(f"Portal: {current.portal_url or 'none; emails say to sign in on the website'}")
