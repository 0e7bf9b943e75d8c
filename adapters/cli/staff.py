"""Members of staff: adding, changing and deactivating them, and their absences."""

from datetime import datetime
from typing import Annotated

import typer

from adapters.cli.departures import print_impact
from adapters.cli.flows import Open
from adapters.cli.terminal import PracticeOption, console, fail, practice_of
from adapters.documents.fields import read_moment
from adapters.documents.roster import address_of
from router.actors import COMMAND
from router.coverage.departures import hanging_in_words
from router.practice.availability import Absence
from router.practice.roster import StaffRecord

StaffArgument = Annotated[str, typer.Argument(metavar="STAFF", help="The id of the member of staff.")]
TitleOption = Annotated[str | None, typer.Option(help="Their job title, such as Nurse.")]
EmailOption = Annotated[str | None, typer.Option(help="The address for notifications; empty for none.")]


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
        console.print(f"Added {added.name} ({added.id}).")


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
            bool, typer.Option("--active", help="Reactivate somebody. To deactivate, use `staff deactivate`.")
        ] = False,
    ) -> None:
        """Change the given details. An empty title or email removes it."""
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
        console.print(f"Changed {changed.staff.name} ({changed.staff.id}).")
        print_impact(changed.impact)


def _deactivate(group: typer.Typer, flows: Open) -> None:
    @group.command()
    def deactivate(
        staff: StaffArgument,
        practice: PracticeOption = None,
        *,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what depends on them; change nothing.")] = False,
    ) -> None:
        """Deactivate somebody who leaves. Their unfinished messages go to others."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        if dry_run:
            departure = opened.staff.hanging_on(tenant, staff)
            lines = hanging_in_words(departure) if departure else ["They are already deactivated."]
            for line in lines or ["Nothing depends on them."]:
                console.print(line)
            return
        changed = opened.roster.change_staff(tenant, staff, {"active": False}, COMMAND)
        print_impact(changed.impact)
        console.print(f"{changed.staff.name} ({changed.staff.id}) is deactivated.")


def _absence(group: typer.Typer, flows: Open) -> None:
    @group.command()
    def absence(  # noqa: PLR0913 - these are what an absence is made of.
        staff: StaffArgument,
        begins: Annotated[str | None, typer.Option("--from", help="Start (RFC 3339, with offset).")] = None,
        until: Annotated[str | None, typer.Option("--until", help="End (RFC 3339, with offset).")] = None,
        cover: Annotated[str | None, typer.Option("--cover", help="The id of the colleague who covers.")] = None,
        practice: PracticeOption = None,
        *,
        delete: Annotated[bool, typer.Option("--delete", help="Delete the absence.")] = False,
    ) -> None:
        """Set somebody's absence, replacing any earlier one."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        if delete:
            opened.roster.end_absence(tenant, staff, COMMAND)
            console.print("Deleted.")
            return
        impact = opened.roster.set_absence(
            tenant, Absence(staff, _moment(begins, "--from"), _moment(until, "--until"), cover), COMMAND
        )
        console.print("Saved.")
        print_impact(impact)


def _moment(text: str | None, option: str) -> datetime:
    try:
        moment: datetime = read_moment(text)
    except ValueError:
        fail(f"{option} must be a time with its offset, such as 2026-03-02T12:00:00Z")
    return moment
