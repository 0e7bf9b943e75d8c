"""What an import has to say about its source: in a terminal, and as JSON Lines."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from adapters.cli.terminal import console, fail
from router.practice.import_report import Finding, Level, grouped

# Of findings that are alike, so many are shown; a report file has all of them.
MOST_ALIKE = 10

_HEADINGS = {
    Level.NARROWED: "Access removed by records that could not be read completely, or aren't in the source",
    Level.ATTENTION: "Needs attention",
    Level.REPAIRED: "Repaired",
}

_GROUPED = {
    Level.KEPT: "Unchanged, because the source is in doubt",
    Level.NORMAL: "Not part of a roster (normal in every export)",
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


def print_findings(findings: Iterable[Finding], file: IO[str] | None) -> None:
    """Print what needs a person first, then what was put right, and what is normal in one line a reason.

    The findings come with the most urgent first, and all of them are written to the file, as lines of JSON.
    """
    said = _Said()
    for finding in findings:
        said.add(finding)
        if file is not None:
            file.write(json.dumps(_line(finding), ensure_ascii=False) + "\n")
    skipped = sum(count for level, count in said.levels.items() if level not in {Level.REPAIRED, Level.KEPT})
    console.print(f"Skipped: {skipped}.")
    for level, heading in _HEADINGS.items():
        if said.levels[level]:
            console.print(f"{heading}: {said.levels[level]}.")
            for line in said.in_words(level):
                console.print(f"  {line}")
    for level, heading in _GROUPED.items():
        if said.levels[level]:
            console.print(f"{heading}:")
            for line in grouped(said.counts[level]):
                console.print(f"  {line}")


@dataclass(slots=True)
class _Said:
    """Findings counted, and of those that are alike the first few: however many there are, it stays small."""

    levels: Counter[Level] = field(default_factory=Counter)
    counts: dict[Level, Counter[tuple[str, str]]] = field(default_factory=lambda: {level: Counter() for level in Level})
    shown: dict[tuple[Level, str, str], list[str]] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        """Count a finding, and keep it while there are few of its kind."""
        self.levels[finding.level] += 1
        self.counts[finding.level][finding.type, finding.reason] += 1
        alike = self.shown.setdefault((finding.level, finding.type, finding.reason), [])
        if len(alike) < MOST_ALIKE:
            alike.append(finding.in_words())

    def in_words(self, level: Level) -> Iterator[str]:
        """The findings of a level, those that are alike together."""
        for (kind, reason), count in self.counts[level].items():
            alike = self.shown[level, kind, reason]
            yield from alike
            if count > len(alike):
                yield f"and {count - len(alike)} more of {kind}: {reason}"


def _line(finding: Finding) -> dict[str, object]:
    return {
        "level": finding.level.value,
        "type": finding.type,
        "id": finding.source,
        "field": finding.field,
        "reason": finding.reason,
        "file": finding.file,
        "line": finding.line,
    }
