"""Practices, roles and keys."""

from typing import Annotated

import typer

from adapters.cli.departures import print_impact
from adapters.cli.flows import Open
from adapters.cli.passwords import read_password
from adapters.cli.staff import add_staff_commands
from adapters.cli.terminal import PracticeOption, console, fail, moment, practice_of, print_table
from router.actors import COMMAND, Scope
from router.practice.people import Role


def practice_commands(flows: Open) -> typer.Typer:
    """`careroute practice …`."""
    group = typer.Typer(help="Practices.", no_args_is_help=True)

    @group.command()
    def create(
        practice: Annotated[str, typer.Argument(metavar="ID")],
        name: Annotated[str, typer.Option(help="The name that people see.")],
        time_zone: Annotated[str, typer.Option(help="An IANA time zone, such as America/Chicago.")],
    ) -> None:
        """Create a practice. Messaging is off at first."""
        flows().roster.create_practice(practice, name, time_zone, COMMAND)
        console.print(f"Created practice {practice}. Messaging is off.")

    @group.command("list")
    def show() -> None:
        """List the practices."""
        rows = [[one.id, one.name, one.time_zone] for one in flows().roster.practices()]
        print_table(["id", "name", "time zone"], rows, "There are no practices yet.")

    @group.command()
    def rename(practice: Annotated[str, typer.Argument(metavar="ID")], name: Annotated[str, typer.Argument()]) -> None:
        """Change the practice's display name. Its id stays the same."""
        changed = flows().practices.rename(practice, name, COMMAND)
        console.print(f"Practice {changed.id} is now called {changed.name}.")

    @group.command("time-zone")
    def time_zone(
        practice: Annotated[str, typer.Argument(metavar="ID")],
        zone: Annotated[str, typer.Argument(metavar="ZONE", help="An IANA time zone, such as America/Chicago.")],
    ) -> None:
        """Change the practice's time zone, in which its pages show times and absences are entered."""
        changed = flows().practices.move(practice, zone, COMMAND)
        console.print(f"Practice {changed.id} is now in time zone {changed.time_zone}.")

    @group.command()
    def delete(
        practice: Annotated[str, typer.Argument(metavar="ID")],
        *,
        confirmed: Annotated[bool, typer.Option("--yes", help="Confirm. Without this, nothing is deleted.")] = False,
    ) -> None:
        """Delete a practice without messages, with its people, settings and keys. Its id can't be used again."""
        if not confirmed:
            fail("repeat with --yes to delete the practice with its people, settings and keys")
        flows().practices.delete(practice, COMMAND)
        console.print(f"Deleted practice {practice}.")

    return group


def staff_commands(flows: Open) -> typer.Typer:
    """`careroute staff …`."""
    group = typer.Typer(help="Members of staff.", no_args_is_help=True)

    @group.command()
    def role(
        staff: Annotated[str, typer.Argument(metavar="STAFF", help="The id of the member of staff.")],
        role: Annotated[Role, typer.Argument(help="staff: has an inbox; portal_admin: also manages settings.")],
        practice: PracticeOption = None,
    ) -> None:
        """Give somebody a role."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        roles = frozenset({Role.STAFF, role})
        changed = opened.roster.change_staff(tenant, staff, {"roles": roles}, COMMAND)
        person = changed.staff
        console.print(f"{person.name} ({person.id}) is now: {', '.join(sorted(person.roles))}.")
        print_impact(changed.impact)

    @group.command()
    def password(
        staff: Annotated[str, typer.Argument(metavar="STAFF", help="The id of the member of staff.")],
        practice: PracticeOption = None,
    ) -> None:
        """Set a password for the pages, read from standard input or a prompt."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        opened.sign_in.set_password(tenant, staff, read_password(), COMMAND)
        console.print(f"{staff} signs in at /sign-in, practice {tenant}.")

    @group.command("list")
    def show(practice: PracticeOption = None) -> None:
        """List the staff."""
        opened = flows()
        staffing, _ = opened.messaging.known(practice_of(opened.roster, practice))
        rows = [
            [one.id, one.name, one.title or "", ", ".join(sorted(one.roles)), "" if one.active else "left"]
            for one in sorted(staffing.members.values(), key=lambda one: one.id)
        ]
        print_table(["id", "name", "title", "roles", ""], rows, "There are no staff yet: careroute roster import")

    add_staff_commands(group, flows)

    return group


def key_commands(flows: Open) -> typer.Typer:
    """`careroute key …`."""
    group = typer.Typer(help="API keys.", no_args_is_help=True)

    @group.command()
    def create(
        scope: Annotated[list[Scope], typer.Option(help="What the key may do. May be repeated.")],
        practice: PracticeOption = None,
    ) -> None:
        """Create a key and print it once, alone on the last line."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        key, text = opened.keys.create(tenant, scope, COMMAND)
        typer.echo(
            f"Key {key.id} of practice {tenant}, for {', '.join(sorted(key.scopes))}. It isn't shown again.", err=True
        )
        typer.echo(text)

    @group.command("list")
    def show(practice: PracticeOption = None) -> None:
        """List the keys without their secrets."""
        opened = flows()
        rows = [
            [
                key.id,
                ", ".join(sorted(key.scopes)),
                moment(key.created_at),
                moment(key.revoked_at) if key.revoked_at else "",
            ]
            for key in opened.keys.keys(practice_of(opened.roster, practice))
        ]
        print_table(["id", "scopes", "created", "revoked"], rows, "There are no keys yet: careroute key create")

    @group.command()
    def revoke(key: Annotated[str, typer.Argument(metavar="KEY")], practice: PracticeOption = None) -> None:
        """Revoke a key, at once in every process."""
        opened = flows()
        # The whole key may be given as well as its id: its middle part.
        known = key.split("_")[1] if key.count("_") > 1 else key
        if not known:
            fail("KEY is not the id of a key")
        opened.keys.revoke(practice_of(opened.roster, practice), known, COMMAND)
        console.print("Revoked.")

    return group
