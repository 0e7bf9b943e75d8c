"""Bringing documents into a roster that is kept in memory, by the rules that the flow goes by."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from adapters.documents.roster import parse_roster
from adapters.fhir.export import ExportOptions
from router.practice.people import Roster
from router.practice.roster import Changes, Mode, Record, RosterDocument, plan
from router.practice.roster_rules import check
from router.practice.settling import Settled, settle
from tests.samples.exports import read_export

EMPTY = Roster({}, {}, {})


def bring(current: Roster, document: RosterDocument, mode: Mode = Mode.MERGE) -> tuple[Roster, Settled]:
    """The roster after a document, which must be one that can be stored, and what settling it came to."""
    settled = settle(current, document, mode)
    assert check(current, settled.document) == []
    change = plan(current, settled.document, mode)
    return (
        Roster(
            {**current.sites, **_written(change.sites)},
            {**current.staff, **_written(change.staff)},
            {**current.patients, **_written(change.patients)},
        ),
        settled,
    )


def bring_export(
    current: Roster, folder: Path, now: datetime, mode: Mode = Mode.MERGE, options: ExportOptions | None = None
) -> Roster:
    """The roster after a FHIR export."""
    export = read_export(folder, now, options)
    document = replace(parse_roster(export.roster), keeps=("authorized_users", "notify"), doubts=export.doubts)
    return bring(current, document, mode)[0]


def _written(changes: Changes[Record]) -> dict[str, Record]:
    return {record.id: record for record in changes.written}
