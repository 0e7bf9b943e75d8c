"""The side effects of a change, in a terminal: what depended on people who leave, and the gaps that it opens."""

from collections.abc import Iterable

from adapters.cli.terminal import console
from router.coverage.departures import Impact, departure_in_words
from router.coverage.gaps import Gap


def print_impact(impact: Impact) -> None:
    """Print the effects of somebody leaving, and the gaps; nothing if there are none."""
    for departure in impact.departures:
        first, *others = departure_in_words(departure)
        console.print(first)
        for line in others:
            console.print(f"  {line}")
    print_gaps(impact.gaps)
    for vacancy in impact.vacancies:
        console.print(vacancy.message)


def print_gaps(gaps: Iterable[Gap]) -> None:
    """Print the gaps that a change opens."""
    for gap in gaps:
        console.print(f"Gap opened: {gap.message}")
