"""`careroute messaging …`: the distribution from a terminal."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.departures import print_gaps
from adapters.cli.emails import add_emails_command
from adapters.cli.flows import Open
from adapters.cli.hours import add_hours_command
from adapters.cli.ladders import add_ladder_commands
from adapters.cli.preview import add_preview_commands
from adapters.cli.terminal import PracticeOption, console, fail, moment, practice_of, print_json, print_table
from adapters.documents.messaging import parse_messaging, render_messaging
from router.actors import COMMAND
from router.flows.administrator.messaging import SavedSettings
from router.messaging.ladder import ladder_in_words
from router.messaging.settings import MessagingSettings, TopicSet
from router.practice.availability import Staffing


def messaging_commands(flows: Open) -> typer.Typer:
    """Reading, changing, and going back."""
    group = typer.Typer(help="The messaging settings: who gets which topic.", no_args_is_help=True)
    _reading(group, flows)
    _changing(group, flows)
    _history(group, flows)
    add_preview_commands(group, flows)
    add_hours_command(group, flows)
    add_emails_command(group, flows)
    add_ladder_commands(group, flows)
    return group


def _reading(group: typer.Typer, flows: Open) -> None:
    @group.command()
    def show(practice: PracticeOption = None) -> None:
        """Show the settings, with warnings."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        saved = opened.messaging.read(tenant, COMMAND)
        staffing, sites = opened.messaging.known(tenant)
        _print_settings(saved.messaging, staffing, {site.id: site.name for site in sites.values()})
        _print_warnings(saved)

    @group.command()
    def export(practice: PracticeOption = None) -> None:
        """Print the settings as JSON that `import` can read."""
        opened = flows()
        print_json(render_messaging(opened.messaging.read(practice_of(opened.roster, practice), COMMAND).messaging))


def _changing(group: typer.Typer, flows: Open) -> None:
    @group.command("import")
    def bring(
        file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON, as `export` prints it.")],
        practice: PracticeOption = None,
    ) -> None:
        """Save settings from a file, all or none."""
        opened = flows()
        try:
            read = json.loads(file.read_bytes())
        except (OSError, ValueError):
            fail("FILE can't be read as JSON")
        _print_saved(opened.messaging.save(practice_of(opened.roster, practice), parse_messaging(read), None, COMMAND))

    def switch(practice: str | None, *, enabled: bool) -> None:
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        current = opened.messaging.read(tenant, COMMAND).messaging
        wanted = replace(current, messaging_enabled=enabled)
        _print_saved(opened.messaging.save(tenant, wanted, current.version, COMMAND))

    @group.command()
    def on(practice: PracticeOption = None) -> None:
        """Turn messaging on: patients can write."""
        switch(practice, enabled=True)

    @group.command()
    def off(practice: PracticeOption = None) -> None:
        """Turn messaging off. Accepted messages are still delivered, and history stays readable."""
        switch(practice, enabled=False)


def _history(group: typer.Typer, flows: Open) -> None:
    @group.command()
    def history(practice: PracticeOption = None, limit: Annotated[int, typer.Option(min=1, max=1000)] = 20) -> None:
        """List the saved versions, newest first."""
        opened = flows()
        rows = [
            [str(one.version), moment(one.at), f"{one.actor.kind} {one.actor.id}", " ".join(one.changes)]
            for one in opened.messaging.versions(practice_of(opened.roster, practice), None, limit)
        ]
        print_table(["version", "when", "who", "what changed"], rows, "Nothing has been saved yet: the defaults apply.")

    @group.command()
    def restore(version: Annotated[int, typer.Argument(metavar="N")], practice: PracticeOption = None) -> None:
        """Restore an old version as a new one."""
        opened = flows()
        _print_saved(opened.messaging.restore(practice_of(opened.roster, practice), version, COMMAND))


def _print_saved(saved: SavedSettings) -> None:
    console.print(f"Version {saved.messaging.version} is in force.")
    for change in saved.changes or ("Nothing changed.",):
        console.print(f"  {change}")
    _print_warnings(saved)
    print_gaps(saved.gaps)


def _print_warnings(saved: SavedSettings) -> None:
    for warning in saved.warnings:
        console.print(f"  Note, {warning.field}: {warning.message}")


def _on_off(value: bool) -> str:  # noqa: FBT001 - it names the value of a switch.
    return "on" if value else "off"


def _print_settings(settings: MessagingSettings, staffing: Staffing, sites: dict[str, str]) -> None:
    names = {one.id: one.name for one in staffing.members.values()}
    console.print(f"Version {settings.version}. Messaging is {_on_off(settings.messaging_enabled)}.")
    console.print(f"Distribution by site is {_on_off(settings.by_site)}.")
    console.print(f"Care-team fallback is {_on_off(settings.care_team_fallback)}.")
    catch_all = ", ".join(names.get(one, one) for one in settings.catch_all)
    console.print(f"Catch-all: {catch_all or 'the active portal administrators'}.")
    console.print(f"Opening hours are {'set' if settings.hours.practice.are_set else 'not set'}: see `hours`.")
    console.print(f"Ladder: {ladder_in_words(settings.ladder)}.")
    _print_set("Practice", settings.practice, names)
    for site, topics in sorted(settings.sites.items()):
        unused = "" if settings.by_site else " (kept, but not in use)"
        _print_set(f"{sites.get(site, site)}{unused}", topics, names)


def _print_set(title: str, topics: TopicSet, names: dict[str, str]) -> None:
    console.print(f"\n{title}", style="bold")
    rows = [
        [
            topic.label,
            _on_off(one.enabled),
            ", ".join(names.get(staff, staff) for staff in one.recipients) or "the patient chooses from the care team",
            one.display_name,
        ]
        for topic, one in topics.topics.items()
    ]
    print_table(["topic", "", "recipients", "display name"], rows, "")
