"""What an import has to say about its source: in a terminal, and as JSON Lines."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from adapters.cli.terminal import console, fail
from router.practice.import_report import Finding, Level, by_urgency, grouped

# Of findings that are alike, so many are shown; a report file has all of them.
MOST_ALIKE = 10

_HEADINGS = {
    Level.NARROWED: "Access taken away by records that could not be read whole",
    Level.ATTENTION: "Needs a person",
    Level.REPAIRED: "Put right",
}

_GROUPED = {
    Level.KEPT: "Stays as it is, since the source is in doubt",
    Level.NORMAL: "Not for a roster, as in every export",
}


@contextmanager
def open_report(path: Path | None) -> Iterator[IO[str] | None]:
    """The file that a report is written to, opened before anything is stored; None where none is wanted."""
    if path is None:
        yield None
        return
    try:
        file = path.open("w", encoding="utf-8")
    except OSError as error:
        fail(f"--report can't be written ({error.strerror})")
    with file:
        yield file


def write_report(file: IO[str] | None, findings: Iterable[Finding]) -> None:
    """Write every finding as a line of JSON, what needs a person first."""
    if file is None:
        return
    for finding in by_urgency(findings):
        line = {
            "level": finding.level.value,
            "type": finding.type,
            "id": finding.source,
            "field": finding.field,
            "reason": finding.reason,
            "file": finding.file,
            "line": finding.line,
        }
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def print_findings(findings: Sequence[Finding]) -> None:
    """Print what needs a person first, then what was put right, and what is normal in one line a reason."""
    skipped = sum(finding.level not in {Level.REPAIRED, Level.KEPT} for finding in findings)
    console.print(f"Skipped: {skipped}.")
    for level, heading in _HEADINGS.items():
        of_level = [finding for finding in findings if finding.level is level]
        if of_level:
            console.print(f"{heading}: {len(of_level)}.")
            for line in _lines(of_level):
                console.print(f"  {line}", markup=False)
    for level, heading in _GROUPED.items():
        of_level = [finding for finding in findings if finding.level is level]
        if of_level:
            console.print(f"{heading}:")
            for line in grouped(of_level):
                console.print(f"  {line}", markup=False)


def _lines(findings: Sequence[Finding]) -> Iterator[str]:
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        alike.setdefault((finding.type, finding.reason), []).append(finding)
    for (kind, reason), group in alike.items():
        yield from (finding.in_words() for finding in group[:MOST_ALIKE])
        if len(group) > MOST_ALIKE:
            yield f"and {len(group) - MOST_ALIKE} more of {kind}: {reason}"
