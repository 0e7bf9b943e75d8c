"""`careroute messaging hours`: the opening hours from a terminal."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from adapters.cli.flows import Open
from adapters.cli.ladders import read_file
from adapters.cli.terminal import PracticeOption, console, fail, practice_of, print_json, print_table
from adapters.documents.hours import render_hours
from adapters.documents.messaging import parse_messaging, render_messaging
from router.actors import COMMAND
from router.messaging.hours import PracticeHours
from router.messaging.hours_changes import day_in_words, week_in_words
from router.messaging.settings import MessagingSettings
from router.messaging.timing_changes import minutes_in_words
from router.practice.people import Site

FORTNIGHT = 14


def add_hours_command(group: typer.Typer, flows: Open) -> None:
    """Add the command."""

    @group.command()
    def hours(
        practice: PracticeOption = None,
        site: Annotated[str | None, typer.Option(help="The id of a site; by default the whole practice.")] = None,
        file: Annotated[
            Path | None, typer.Option("--set", metavar="FILE", help="Save hours from a file, in the format of --json.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON, as in the settings.")] = False,  # noqa: FBT002 - a flag.
    ) -> None:
        """Show when the practice or a site is open and when to expect an answer, or save its hours."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        read = opened.messaging.read(tenant, COMMAND)
        _, sites = opened.messaging.known(tenant)
        if site is not None and site not in sites:
            fail("--site is not a site of the practice")
        if file is not None:
            document = render_messaging(read.messaging) | {"hours": read_file(file)}
            saved = opened.messaging.save(tenant, parse_messaging(document), read.messaging.version, COMMAND)
            for change in saved.changes or ("Nothing changed.",):
                console.print(change)
            return
        if as_json:
            print_json(render_hours(read.messaging.hours))
            return
        of_practice = next(one.time_zone for one in opened.roster.practices() if one.id == tenant)
        zone = ZoneInfo(read.messaging.hours.time_zone(site) or of_practice)
        _print(read.messaging, sites[site] if site is not None else None, opened.operations.ready().astimezone(zone))
        for warning in read.warnings:
            if warning.field.startswith("hours"):
                console.print(f"  Note, {warning.field}: {warning.message}")


def _print(messaging: MessagingSettings, site: Site | None, now: datetime) -> None:
    """Show the hours of a place, whose time zone `now` has."""
    place = site.name if site else "The practice"
    here = site.id if site else None
    found = messaging.hours.in_force(here)
    if found is None:
        console.print("No opening hours are set, so patients don't see when the practice is open.")
        return
    if found.round_the_clock:
        console.print(f"{place} is open round the clock.")
    else:
        console.print(f"{place}:")
        for line in week_in_words(found.weekly):
            console.print(f"  {line}")
    console.print(f"  in the time zone {now.tzinfo}")
    if messaging.answer_within:
        console.print(f"Usually answered within {minutes_in_words(messaging.answer_within)} of opening time.")
    print_table(["date", "", "open"], _days(found, now.date()), "")


def _days(hours: PracticeHours, today: date) -> list[list[str]]:
    """The coming fourteen days, and those further ahead that differ from the week."""
    ahead = [today + timedelta(days=number) for number in range(FORTNIGHT)]
    later = sorted(day for day in hours.dates if day > ahead[-1])
    return [[day.isoformat(), f"{day:%a}", _on(hours, day)] for day in [*ahead, *later]]


def _on(hours: PracticeHours, day: date) -> str:
    if hours.round_the_clock:
        return "00:00-24:00"
    own = hours.dates.get(day)
    return day_in_words(hours.weekly[day.weekday()] if own is None else own)
