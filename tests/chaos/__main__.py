"""`python -m tests.chaos`: about five minutes of faults with 5,000 messages in flight; SEED=N names the seed.

Prints what was made, how fast it was survived, and the final count; exit code 1 if anything is missing or doubled.
"""

import os
import sys
from collections import defaultdict
from random import Random, SystemRandom

from rich.console import Console
from rich.table import Table

from tests.chaos.frontend import Frontend
from tests.chaos.mix import Mix, for_minutes
from tests.chaos.stack import open_stack
from tests.chaos.verdict import Verdict
from tests.servers.server import guarded_folder

IN_FLIGHT = 5_000
MINUTES = 4.0
LASTING = (0.5, 6.0)
LARGEST_SEED = 1_000_000
SHOWN = 20


def main() -> int:
    """Make a mix, and judge what came of it."""
    console = Console(highlight=False, soft_wrap=True)
    seed = int(os.environ.get("SEED") or SystemRandom().randrange(LARGEST_SEED))
    console.print(f"SEED={seed}: {IN_FLIGHT:,} messages in flight, then {MINUTES:g} minutes of faults.")
    with guarded_folder() as folder, open_stack(folder, webs=2, durable=True, in_time=True) as stack:
        random = Random(seed)  # noqa: S311 - it must be the same again.
        with Frontend(lambda: stack.portals, random) as frontend:
            mix = Mix(stack, frontend, for_minutes(seed, MINUTES), seed, LASTING)
            try:
                verdict = mix.run(IN_FLIGHT)
            except AssertionError as error:
                console.print(_survived(mix))
                console.print(f"Not survived: {error} {getattr(error, '__notes__', '')}")
                return 1
    console.print(_survived(mix))
    console.print(_counted(frontend, verdict))
    for problem in verdict.problems[:SHOWN]:
        console.print(problem)
    console.print(f"SEED={seed}: {len(verdict.problems)} missing, doubled or not explained.")
    return 1 if verdict.problems else 0


def _survived(mix: Mix) -> Table:
    """Kills and recoveries."""
    table = Table("Fault", box=None, pad_edge=False, header_style="bold")
    for column in ("Made", "Recovered", "Slowest recovery"):
        table.add_column(column, justify="right")
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    for one in mix.survived:
        seconds[one.fault.name].append(one.seconds)
    for name, made in mix.made.items():
        found = seconds[name]
        table.add_row(name, str(made), str(len(found)), f"{max(found):.1f} s" if found else "")
    recovered = sum(map(len, seconds.values()))
    table.add_row("all", str(mix.made.total()), str(recovered), "", style="bold")
    return table


def _counted(frontend: Frontend, verdict: Verdict) -> Table:
    """The final count."""
    table = Table("Count", box=None, pad_edge=False, header_style="bold")
    table.add_column("", justify="right")
    repeated = sum(frontend.heard.values()) - frontend.heard["202"]
    for name, number in (
        ("messages accepted", verdict.accepted),
        ("requests for one that had to be repeated", repeated),
        ("deliveries, each once", verdict.deliveries),
        ("emails, each at least once", verdict.emails),
        ("repeats of an email", verdict.repeats),
        ("processes killed or cut from the database", verdict.lost_processes),
        ("batches of emails that were lost with them", verdict.lost_batches),
    ):
        table.add_row(name, f"{number:,}")
    return table


if __name__ == "__main__":
    sys.exit(main())
