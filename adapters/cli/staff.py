"""Members of staff: adding, changing and deactivating them, and their absences."""

from datetime import datetime
from typing import Annotated

import typer

from adapters.cli.departures import print_gaps, print_impact
from adapters.cli.flows import Open
from adapters.cli.terminal import PracticeOption, console, fail, practice_of
from adapters.documents.fields import read_moment
from adapters.documents.roster import address_of
from router.actors import COMMAND
from router.coverage.departures import hanging_in_words
from router.practice.availability import Absence
from router.practice.roster import StaffRecord

StaffArgument = Annotated[str, typer.Argument(metavar="STAFF", help="The id of the member of staff.")]
TitleOption = Annotated[str | None, typer.Option(help="What they are called at work.")]
EmailOption = Annotated[str | None, typer.Option(help="Where they are notified; empty: they are not.")]


def add_staff_commands(group: typer.Typer, flows: Open) -> None:
    """Add the commands that change one person."""
    _add(group, flows)
    _change(group, flows)
    _deactivate(group, flows)
    _absence(group, flows)


def _add(group: typer.Typer, flows: Open) -> None:
    @group.command()
    def add(
        staff: StaffArgument,
        name: Annotated[str, typer.Option(help="Their name.")],
        title: TitleOption = None,
        email: EmailOption = None,
        practice: PracticeOption = None,
    ) -> None:
        """Add a member of staff."""
        opened = flows()
        if not staff.strip():
            fail("STAFF must not be empty")
        record = StaffRecord(staff.strip(), name.strip(), address_of(email) if email else None, title or None)
        added = opened.staff.add(practice_of(opened.roster, practice), record, COMMAND)
        console.print(f"Added {added.name} ({added.id}).", markup=False)


def _change(group: typer.Typer, flows: Open) -> None:
    @group.command()
    def change(  # noqa: PLR0913 - these are what can be changed.
        staff: StaffArgument,
        name: Annotated[str | None, typer.Option(help="Their name.")] = None,
        title: TitleOption = None,
        email: EmailOption = None,
        practice: PracticeOption = None,
        *,
        active: Annotated[
            bool, typer.Option("--active", help="Bring them back; `deactivate` is the other way round.")
        ] = False,
    ) -> None:
        """Change what is given; an empty title or email takes it away."""
        opened = flows()
        fields: dict[str, object] = {}
        if name is not None:
            fields["name"] = name.strip()
        if title is not None:
            fields["title"] = title.strip() or None
        if email is not None:
            fields["email"] = address_of(email) or None
        if active:
            fields["active"] = True
        if not fields:
            fail("give --name, --title, --email or --active")
        changed = opened.roster.change_staff(practice_of(opened.roster, practice), staff, fields, COMMAND)
        console.print(f"Changed {changed.staff.name} ({changed.staff.id}).", markup=False)
        print_impact(changed.impact)


def _deactivate(group: typer.Typer, flows: Open) -> None:
    @group.command()
    def deactivate(
        staff: StaffArgument,
        practice: PracticeOption = None,
        *,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what hangs on them; change nothing.")] = False,
    ) -> None:
        """Somebody leaves: they get nothing any more, and what they had not done goes to others."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        if dry_run:
            departure = opened.staff.hanging_on(tenant, staff)
            lines = hanging_in_words(departure) if departure else ["They have left already."]
            for line in lines or ["Nothing hangs on them."]:
                console.print(line, markup=False)
            return
        changed = opened.roster.change_staff(tenant, staff, {"active": False}, COMMAND)
        print_impact(changed.impact)
        console.print(f"{changed.staff.name} ({changed.staff.id}) is deactivated.", markup=False)


def _absence(group: typer.Typer, flows: Open) -> None:
    @group.command()
    def absence(  # noqa: PLR0913 - these are what an absence is made of.
        staff: StaffArgument,
        begins: Annotated[str | None, typer.Option("--from", help="From when (RFC 3339, with the offset).")] = None,
        until: Annotated[str | None, typer.Option("--until", help="Until when.")] = None,
        cover: Annotated[str | None, typer.Option("--cover", help="The id of who covers.")] = None,
        practice: PracticeOption = None,
        *,
        delete: Annotated[bool, typer.Option("--delete", help="Delete their absence: they are back.")] = False,
    ) -> None:
        """Set somebody's absence, in place of the one that they had."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        if delete:
            opened.roster.end_absence(tenant, staff, COMMAND)
            console.print("Deleted.")
            return
        gaps = opened.roster.set_absence(
            tenant, Absence(staff, _moment(begins, "--from"), _moment(until, "--until"), cover), COMMAND
        )
        console.print("Saved.")
        print_gaps(gaps)


def _moment(text: str | None, option: str) -> datetime:
    try:
        moment: datetime = read_moment(text)
    except ValueError:
        fail(f"{option} must be a time with its offset, such as 2026-03-02T12:00:00Z")
    return moment
