"""Bringing in a roster: sites, staff, patients and care teams."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.departures import print_impact
from adapters.cli.flows import CommandFlows, Open, RosterOptions, RosterSource
from adapters.cli.progress import Progress
from adapters.cli.roster_report import open_report, print_findings
from adapters.cli.terminal import PracticeOption, console, fail, practice_of, print_table
from adapters.documents.roster_csv import template
from router.actors import COMMAND
from router.coverage.staged_import import ImportRef, ImportTerms, StagedImport
from router.errors import Invalid
from router.practice.roster import Mode

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
        terms = ImportTerms(mode=mode, allow_deactivate=allow_deactivate, dry_run=dry_run, by_hand=True)
        tenant = practice_of(opened.roster, practice)
        options = RosterOptions(is_strict=strict, general_practitioners=general_practitioners)
        read = opened.read_roster(source, opened.operations.ready(), options)
        with open_report(report) as file:
            _check_complete(read, mode)
            staged = opened.staging.begin(tenant, terms, COMMAND)
            try:
                done = _apply(opened, staged.ref, read)
                _print_outcome(done)
                print_findings(opened.staging.every_finding(staged.ref), file)
            finally:
                # What was applied stays; what is left of it here is of use to nobody.
                opened.staging.delete(staged.ref)

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
        fail(f"replace needs the whole export, but a part of it is missing: {read.incomplete[0]}{more}")
    console.print(f"INCOMPLETE: a part of the export is missing: {read.incomplete[0]}{more}")


def _apply(opened: CommandFlows, ref: ImportRef, read: RosterSource) -> StagedImport:
    """Take the whole source in, then apply it. Raises Invalid where it is refused."""
    with Progress() as progress:
        records = 0
        for part in read.parts:
            opened.staging.add(ref, part)
            records += len(part.document.sites) + len(part.document.staff) + len(part.document.patients)
            progress.show(f"Read {records:,} records")
        opened.staging.apply(ref, 1)
        done = opened.roster_steps.finish(
            ref, lambda staged: progress.show(f"Applied {staged.looked_at:,} of {staged.patients:,} patients")
        )
    if done.refused is not None:
        raise Invalid(done.refused.detail, done.refused.errors)
    return done


def _print_outcome(done: StagedImport) -> None:
    console.print("Would change (nothing is stored):" if done.terms.dry_run else "Stored:")
    print_table(
        ["", "created", "updated", "deactivated", "unchanged"],
        [
            [kind.value, str(one.created), str(one.updated), str(one.deactivated), str(one.unchanged)]
            for kind, one in done.counts.items()
        ],
        "",
    )
    for link in done.links:
        into = f"was merged into chart {link.into}" if link.into else "is a separate chart again"
        console.print(f"Chart {link.patient} {into}.")
    if done.links_in_all > len(done.links):
        console.print(f"And {done.links_in_all - len(done.links)} more charts.")
    print_impact(done.impact)
