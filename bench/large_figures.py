"""What a large practice costs among many small ones: the rows of `python -m bench large`."""

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import psycopg

from adapters.broker.hints import NoHints
from adapters.database import schema
from adapters.database.engine import make_engine
from adapters.database.unit_of_work import Database, UnitOfWork
from bench.figures import LOWER, Figure
from bench.large import LARGE, LargeInstallation
from bench.large_lists import TURNS, Lists
from bench.pipeline import plain
from bench.stack import ROOT, Stack
from config.wiring.resources import InstalledTimeZones, RandomIds
from router.actors import COMMAND
from router.flows.administrator.roster import ImportRoster
from router.flows.operator.reconciliation import Reconcile

MESSAGES = Path(__file__).with_name("large_messages.sql")
SMALL = "small-1"


@dataclass(frozen=True, slots=True)
class Installed:
    """A database with the installation and so many messages of the large practice."""

    database: Database
    environment: Mapping[str, str]

    def reconciled(self) -> float:
        """The peak memory of `careroute reconcile`, in KB."""
        command = [sys.executable, "-m", "config.command", "reconcile"]
        with subprocess.Popen(command, env=dict(self.environment), cwd=ROOT, stdout=subprocess.DEVNULL) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise RuntimeError("reconcile has found something, or could not look")
        return float(usage.ru_maxrss)

    def longest_snapshot(self) -> float:
        """For how many seconds reconciling holds one snapshot, at most."""
        timed = TimedSnapshots(self.database.engine)
        Reconcile(timed).run(lambda _breach: None)
        return timed.longest


class TimedSnapshots(Database):
    """Notes the longest time for which a snapshot is held."""

    longest = 0.0

    @contextmanager
    def snapshot(self) -> Iterator[UnitOfWork]:
        """See Database."""
        with super().snapshot() as work:
            began = perf_counter()
            yield work
        self.longest = max(self.longest, perf_counter() - began)


@contextmanager
def installed(stack: Stack, installation: LargeInstallation, messages: int) -> Iterator[Installed]:
    """Make such a database, which is gone afterwards."""
    name = stack.postgres.create_database()
    engine = make_engine(stack.postgres.url(name))
    schema.migrate(engine)
    sizes = {"large": LARGE, "count": messages, "patients": installation.patients, "staff": installation.staff}
    with psycopg.connect(plain(stack.postgres.url(name)), autocommit=True) as connection:
        installation.fill(connection)
        for statement in MESSAGES.read_text().split(";"):
            connection.execute(statement.encode(), sizes)
        connection.execute("vacuum analyze")
    yield Installed(Database(engine), stack.environment(name, 10))
    engine.dispose()
    stack.postgres.drop_database(name)


def _seconds(call: Callable[[], object]) -> float:
    began = perf_counter()
    call()
    return perf_counter() - began


def _median(call: Callable[[], object]) -> float:
    call()
    return statistics.median(_seconds(call) for _ in range(TURNS))


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of the calls, of a change of staff by practice, and of reconciling, with its memory in KB."""

    calls: Mapping[str, float]
    changes: Mapping[str, float]
    memory: float
    snapshot: float


@dataclass(slots=True)
class Measured:
    """Databases with many and with a tenth or a hundredth as many messages, each made and measured once."""

    installation: LargeInstallation
    messages: int
    taken: dict[int, Taken] = field(default_factory=dict)

    def take(self, stack: Stack, messages: int) -> Taken:
        """Everything that is measured with so many messages."""
        if messages not in self.taken:
            with installed(stack, self.installation, messages) as made:
                calls = Lists(made.database).times()
                changes = {practice: _change(made.database, practice) for practice in (LARGE, SMALL)}
                self.taken[messages] = Taken(calls, changes, made.reconciled(), made.longest_snapshot())
        return self.taken[messages]

    def all(self, stack: Stack) -> Taken:
        """With all messages."""
        return self.take(stack, self.messages)

    def worst_ratio(self, stack: Stack) -> float:
        """The most that a call takes longer with all messages than with a hundredth of them."""
        few, many = self.take(stack, self.messages // 100).calls, self.all(stack).calls
        for name in sorted(many, key=lambda name: few[name] / many[name]):
            print(
                f"  {name}: {1_000 * few[name]:.2f} ms, {1_000 * many[name]:.2f} ms, {many[name] / few[name]:.1f} times"
            )
        return max(many[name] / few[name] for name in many)

    def worst(self, stack: Stack) -> float:
        """Milliseconds of the slowest call."""
        return 1_000 * max(self.all(stack).calls.values())


def _change(database: Database, practice: str) -> float:
    roster = ImportRoster(database, NoHints(), RandomIds(), InstalledTimeZones())
    titles = iter(f"Title {number}" for number in range(TURNS + 1))
    return _median(lambda: roster.change_staff(practice, "staff-1", {"title": next(titles)}, COMMAND))


def _python(*arguments: str) -> float:
    command = [sys.executable, *arguments]
    return _median(lambda: subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True))


def large_figures(scale: float) -> tuple[Figure, ...]:
    """The rows; `scale` 1 is 1.5 million messages of 200,000 patients, beside 2,000 small practices."""
    installation = LargeInstallation(round(200_000 * scale), round(2_000 * scale), round(2_000 * scale))
    messages = round(1_500_000 * scale)
    made = Measured(installation, messages)
    return (
        Figure(
            f"the worst of lists and counts, {messages:,} messages against a hundredth",
            made.worst_ratio, lambda _stack: 1.0, 3, 1.3, LOWER, times=1,
        ),
        Figure("the slowest of them, in ms", made.worst, lambda _stack: 1.0, 100, 30, LOWER, times=1),
        Figure(
            "a change of one member of staff, in the large practice against a small one",
            lambda stack: made.all(stack).changes[LARGE], lambda stack: made.all(stack).changes[SMALL],
            5, 1.5, LOWER, times=1,
        ),
        Figure(
            "memory of `careroute reconcile`, against a tenth of the messages",
            lambda stack: made.all(stack).memory, lambda stack: made.take(stack, messages // 10).memory,
            1.2, 1.05, LOWER, times=1,
        ),
        Figure(
            "its longest snapshot, in seconds",
            lambda stack: made.all(stack).snapshot, lambda _stack: 1.0, 30, 5, LOWER, times=1,
        ),
        Figure(
            "`careroute --help`, against `import typer`",
            lambda _stack: _python("-m", "config.command", "--help"), lambda _stack: _python("-c", "import typer"),
            2, 1.3, LOWER,
        ),
    )  # fmt: skip
