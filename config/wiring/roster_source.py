"""Reading a roster from a path: a FHIR export folder, or a JSON or CSV file."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from io import BufferedReader
from pathlib import Path

from adapters.cli.flows import RosterOptions, RosterSource
from adapters.cli.terminal import fail
from adapters.documents.roster import parse_roster
from adapters.documents.roster_csv import read_table
from adapters.documents.roster_file import parts_of_table, read_roster_json
from router.errors import Invalid
from router.flows.administrator.roster_staging import RosterPart

# What a FHIR export can't say of a patient, so that an import leaves it alone.
UNKNOWN_TO_FHIR = ("authorized_users", "notify")


def read_roster(source: Path, now: datetime, options: RosterOptions) -> RosterSource:
    """Read a FHIR export folder, a JSON roster file or a CSV table. Raises Invalid with the file and the field."""
    if not source.exists():
        fail("DIR does not exist")
    if source.is_dir():
        return _read_export(source, now, options)
    if source.suffix.lower() == ".csv":
        return _read_table(source, options)
    document, findings = read_roster_json(_opened(source).read(), source.name, is_strict=options.is_strict)
    return RosterSource([RosterPart(document, findings)])


def _read_table(source: Path, options: RosterOptions) -> RosterSource:
    with _opened(source) as data:
        table = read_table(data, source.name)
    parts = parts_of_table(table, is_strict=options.is_strict)
    return RosterSource((RosterPart(document, findings) for document, findings in parts), table.incomplete)


def _opened(source: Path) -> BufferedReader:
    try:
        return source.open("rb")
    except OSError as error:
        raise Invalid(f"{source.name} can't be read ({error.strerror})") from None


def _read_export(source: Path, now: datetime, options: RosterOptions) -> RosterSource:
    # The models of FHIR take their time, and no other command needs them.
    from adapters.fhir.export import ExportError, ExportOptions, open_export  # noqa: PLC0415

    chosen = ExportOptions(is_strict=options.is_strict, general_practitioners=options.general_practitioners)
    try:
        export = open_export(source, now, chosen)
    except ExportError as error:
        raise Invalid(str(error)) from None

    def parts() -> Iterator[RosterPart]:
        try:
            for part in export.parts():
                document = replace(parse_roster(part.roster), keeps=UNKNOWN_TO_FHIR, doubts=part.doubts)
                yield RosterPart(document, part.findings)
        except ExportError as error:
            raise Invalid(str(error)) from None

    return RosterSource(parts(), export.incomplete)
