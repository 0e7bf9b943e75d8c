"""`python -m bench`: measures the figures, prints the table, writes bench/results. QUICK=1 measures the first five.

`python -m bench long`: the long rows; SCALE=0.1 does a tenth of the work. `python -m bench large`: one large practice;
`large queue`, `large lists` and `large roster` measure a part of that. `python -m bench in-time`: the rows about
ladders, likewise with SCALE. `python -m bench overload`: twice as much as can be taken; the exit code is 1 where
something is lost.
"""

import json
import os
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.figures import FIGURES, QUICK, Figure, Result, in_time_figures, long_figures, measure
from bench.large_figures import large_figures
from bench.large_queue import queue_figures
from bench.large_roster import roster_figures
from bench.overload import overload
from bench.plot import plot
from bench.stack import stack

LARGE = {"queue": queue_figures, "lists": large_figures, "roster": roster_figures}
RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Measure; the exit code is 1 where a floor is not reached."""
    if sys.argv[1:] == ["overload"]:
        return _overload()
    figures, name = _figures(sys.argv[1:])
    console = Console(highlight=False)
    results: list[Result] = []
    with stack() as servers:
        for number, figure in enumerate(figures, start=1):
            console.print(f"{number}/{len(figures)} {figure.name} …", soft_wrap=True)
            results.append(measure(figure, servers, 1 if "QUICK" in os.environ else None))
            # What was measured stays, also where a later row is broken off.
            _write(results, name)
    console.print(_table(results))
    missed = [result.figure.name for result in results if not result.reaches_floor]
    for row in missed:
        console.print(f"The floor is not reached: {row}", soft_wrap=True)
    return 1 if missed else 0


def _figures(arguments: list[str]) -> tuple[tuple[Figure, ...], str]:
    """The rows that are asked for, and the name of their results."""
    scale = float(os.environ.get("SCALE", "1"))
    if arguments == ["long"]:
        return long_figures(scale), "long"
    if arguments == ["in-time"]:
        return in_time_figures(scale), "in-time"
    if arguments[:1] == ["large"]:
        chosen = arguments[1:] or list(LARGE)
        return tuple(figure for part in chosen for figure in LARGE[part](scale)), "-".join(arguments)
    return QUICK if "QUICK" in os.environ else FIGURES, "latest"


def _overload() -> int:
    console = Console(highlight=False, soft_wrap=True)
    with stack() as servers:
        problems = overload(servers, console)
    for problem in problems:
        console.print(problem)
    return 1 if problems else 0


def _write(results: list[Result], name: str) -> None:
    RESULTS.mkdir(exist_ok=True)
    documents = [result.as_document() for result in results]
    (RESULTS / f"{name}.json").write_text(json.dumps(documents, indent=2) + "\n")
    (RESULTS / f"{name}.svg").write_text(plot(results))


def _table(results: list[Result]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Figure", "Limit", "Value", "Ratio", "Floor", "Goal", "Better"):
        table.add_column(column, overflow="fold")
    for result in results:
        figure = result.figure
        numbers = (
            f"{result.limit:,.4g}",
            f"{result.value:,.4g}",
            f"{result.ratio:.3g}",
            f"{figure.floor:g}",
            f"{figure.goal:g}",
        )
        table.add_row(figure.name, *numbers, figure.better)
    return table


if __name__ == "__main__":
    sys.exit(main())
