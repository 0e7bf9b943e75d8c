"""Practices, their rosters, roles and keys."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.departures import print_impact
from adapters.cli.flows import Open
from adapters.cli.passwords import read_password
from adapters.cli.terminal import PracticeOption, console, fail, moment, practice_of, print_table
from router.actors import COMMAND, Scope
from router.flows.administrator.roster import RosterImport
from router.practice.people import Role
from router.practice.roster import Changes, Mode


def practice_commands(flows: Open) -> typer.Typer:
    """`careroute practice …`."""
    group = typer.Typer(help="Practices.", no_args_is_help=True)

    @group.command()
    def create(
        practice: Annotated[str, typer.Argument(metavar="ID")],
        name: Annotated[str, typer.Option(help="What people read.")],
        time_zone: Annotated[str, typer.Option(help="An IANA time zone, such as America/Chicago.")],
    ) -> None:
        """Make a practice, with messaging off."""
        flows().roster.create_practice(practice, name, time_zone, COMMAND)
        console.print(f"Practice {practice} is there; messaging is off.")

    @group.command("list")
    def show() -> None:
        """List the practices."""
        rows = [[one.id, one.name, one.time_zone] for one in flows().roster.practices()]
        print_table(["id", "name", "time zone"], rows, "There is no practice yet.")

    return group


def roster_commands(flows: Open) -> typer.Typer:
    """`careroute roster …`."""
    group = typer.Typer(help="Sites, staff, patients and care teams.", no_args_is_help=True)

    @group.command("import")
    def bring(
        source: Annotated[Path, typer.Argument(metavar="DIR", help="A FHIR R4 NDJSON folder, or a JSON roster file.")],
        practice: PracticeOption = None,
        *,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, store nothing.")] = False,
        mode: Annotated[
            Mode, typer.Option(help="merge replaces who is named; replace also deactivates the rest.")
        ] = Mode.MERGE,
        allow_deactivate: Annotated[
            bool, typer.Option("--allow-deactivate", help="Let a replace deactivate many.")
        ] = False,
    ) -> None:
        """Bring the roster up to date: all or nothing, repeatable."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        read = opened.read_roster(source, opened.operations.ready())
        request = RosterImport(document=read.document, mode=mode, dry_run=dry_run, allow_deactivate=allow_deactivate)
        done = opened.roster.bring_up_to_date(tenant, request, COMMAND)
        console.print("Would change (nothing is stored):" if dry_run else "Stored:")
        kinds: list[tuple[str, Changes]] = [  # type: ignore[type-arg] # the three kinds of record.
            ("sites", done.change.sites),
            ("staff", done.change.staff),
            ("patients", done.change.patients),
        ]
        print_table(
            ["", "created", "updated", "deactivated", "unchanged"],
            [
                [kind, str(len(one.created)), str(len(one.updated)), str(len(one.deactivated)), str(one.unchanged)]
                for kind, one in kinds
            ],
            "",
        )
        print_impact(done.impact)
        console.print(f"Skipped: {len(read.skipped)}.")
        for line in read.skipped:
            console.print(f"  {line}", markup=False)

    return group


def staff_commands(flows: Open) -> typer.Typer:
    """`careroute staff …`."""
    group = typer.Typer(help="Members of staff.", no_args_is_help=True)

    @group.command()
    def role(
        staff: Annotated[str, typer.Argument(metavar="STAFF", help="The id of the member of staff.")],
        role: Annotated[Role, typer.Argument(help="portal_admin also administers; staff only has an inbox.")],
        practice: PracticeOption = None,
    ) -> None:
        """Give somebody a role."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        roles = frozenset({Role.STAFF, role})
        changed = opened.roster.change_staff(tenant, staff, {"roles": roles}, COMMAND)
        person = changed.staff
        console.print(f"{person.name} ({person.id}) is now: {', '.join(sorted(person.roles))}.", markup=False)
        print_impact(changed.impact)

    @group.command()
    def password(
        staff: Annotated[str, typer.Argument(metavar="STAFF", help="The id of the member of staff.")],
        practice: PracticeOption = None,
    ) -> None:
        """Let somebody sign in to the pages; the password comes from standard input or is asked for."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        opened.sign_in.set_password(tenant, staff, read_password(), COMMAND)
        console.print(f"{staff} signs in at /sign-in, practice {tenant}.", markup=False)

    @group.command("list")
    def show(practice: PracticeOption = None) -> None:
        """List the staff."""
        opened = flows()
        staffing, _ = opened.messaging.known(practice_of(opened.roster, practice))
        rows = [
            [one.id, one.name, one.title or "", ", ".join(sorted(one.roles)), "" if one.active else "left"]
            for one in sorted(staffing.members.values(), key=lambda one: one.id)
        ]
        print_table(["id", "name", "title", "roles", ""], rows, "There is nobody yet: careroute roster import.")

    return group


def key_commands(flows: Open) -> typer.Typer:
    """`careroute key …`."""
    group = typer.Typer(help="API keys.", no_args_is_help=True)

    @group.command()
    def create(
        scope: Annotated[list[Scope], typer.Option(help="What the key is for; may be repeated.")],
        practice: PracticeOption = None,
    ) -> None:
        """Make a key and print it, once, alone on the last line."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        key, text = opened.keys.create(tenant, scope, COMMAND)
        typer.echo(
            f"Key {key.id} of practice {tenant}, for {', '.join(sorted(key.scopes))}. It is not shown again.", err=True
        )
        typer.echo(text)

    @group.command("list")
    def show(practice: PracticeOption = None) -> None:
        """List the keys, without their secrets."""
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
        print_table(["id", "scopes", "created", "revoked"], rows, "There is no key yet: careroute key create.")

    @group.command()
    def revoke(key: Annotated[str, typer.Argument(metavar="KEY")], practice: PracticeOption = None) -> None:
        """End a key, at once in every process."""
        opened = flows()
        # The whole key may be given as well as its id: its middle part.
        known = key.split("_")[1] if key.count("_") > 1 else key
        if not known:
            fail("KEY is not a key")
        opened.keys.revoke(practice_of(opened.roster, practice), known, COMMAND)
        console.print("Revoked.")

    return group
