"""Bringing in a roster: sites, staff, patients and care teams."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.departures import print_impact
from adapters.cli.flows import Open, RosterOptions, RosterSource
from adapters.cli.roster_report import open_report, print_findings, write_report
from adapters.cli.terminal import PracticeOption, console, fail, practice_of, print_table
from adapters.documents.roster_csv import template
from router.actors import COMMAND
from router.flows.administrator.roster_import import Imported, RosterImport
from router.practice.roster import Changes, Mode

SourceArgument = Annotated[
    Path, typer.Argument(metavar="DIR", help="A FHIR R4 export folder, a JSON roster file or a CSV table.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show what would change, without storing anything.")]
ModeOption = Annotated[Mode, typer.Option(help="merge: update the records named; replace: also deactivate the rest.")]
DeactivateOption = Annotated[bool, typer.Option("--allow-deactivate", help="Allow replace to deactivate many people.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="Refuse the whole import if one record is faulty.")]
PractitionersOption = Annotated[
    bool, typer.Option("--general-practitioners", help="Add general practitioners named in charts to the care teams.")
]
ReportOption = Annotated[Path | None, typer.Option(help="Write all findings to this file (JSON Lines).")]


def roster_commands(flows: Open) -> typer.Typer:
    """`careroute roster …`."""
    group = typer.Typer(help="Sites, staff, patients and care teams.", no_args_is_help=True)

    @group.command("import")
    def bring(  # noqa: PLR0913 - these are the options of the command.
        source: SourceArgument,
        practice: PracticeOption = None,
        *,
        dry_run: DryRunOption = False,
        mode: ModeOption = Mode.MERGE,
        allow_deactivate: DeactivateOption = False,
        strict: StrictOption = False,
        general_practitioners: PractitionersOption = False,
        report: ReportOption = None,
    ) -> None:
        """Import a roster. Faulty records are skipped and reported. Safe to repeat."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        options = RosterOptions(is_strict=strict, general_practitioners=general_practitioners)
        read = opened.read_roster(source, opened.operations.ready(), options)
        with open_report(report) as file:
            _check_complete(read, mode)
            request = RosterImport(
                document=read.document, mode=mode, dry_run=dry_run, allow_deactivate=allow_deactivate
            )
            done = opened.roster.bring_up_to_date(tenant, request, COMMAND)
            findings = (*done.findings, *read.findings)
            write_report(file, findings)
        _print_outcome(done)
        print_findings(findings)

    @group.command("template")
    def show_template() -> None:
        """Print a CSV template: the header, and an example of each kind of row."""
        typer.echo(template(), nl=False)

    return group


def _check_complete(read: RosterSource, mode: Mode) -> None:
    """Never treat a part as the whole: refuse a replace, and warn first of all about a merge."""
    if not read.incomplete:
        return
    more = f" (and {len(read.incomplete) - 1} more)" if len(read.incomplete) > 1 else ""
    if mode is Mode.REPLACE:
        fail(f"replace needs the whole export, and a part of it can't be read: {read.incomplete[0]}{more}")
    console.print(f"INCOMPLETE, a part of the export can't be read: {read.incomplete[0]}{more}", markup=False)


def _print_outcome(done: Imported) -> None:
    console.print("Would change (nothing is stored):" if done.dry_run else "Stored:")
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
    for patient in done.links:
        into = f"was merged into chart {patient.replaced_by}" if patient.replaced_by else "is in use on its own again"
        console.print(f"Chart {patient.id} {into}.", markup=False)
    print_impact(done.impact)
