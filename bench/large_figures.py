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
from sqlalchemy import event

from adapters.broker.hints import NoHints
from adapters.database import schema
from adapters.database.engine import make_engine
from adapters.database.unit_of_work import Database
from bench.figures import LOWER, Figure
from bench.large import LARGE, LargeInstallation
from bench.pipeline import plain
from bench.stack import ROOT, Stack
from config.wiring.resources import InstalledTimeZones, RandomIds
from router.actors import COMMAND
from router.flows.administrator.reports import ReadReports
from router.flows.administrator.roster import ImportRoster
from router.flows.staff.inbox import InboxView, ReadInbox
from router.flows.staff.inbox_search import SearchInbox
from router.messages.inbox import InboxRef
from router.messages.inbox_search import InboxSearch
from router.practice.topics import Topic

MESSAGES = Path(__file__).with_name("large_messages.sql")
SMALL = "small-1"
A_PAGE, TURNS = 50, 9
FIRST = InboxRef(LARGE, "staff-0", COMMAND)


@dataclass(frozen=True, slots=True)
class Installed:
    """A database with the installation and so many messages of the large practice."""

    database: Database
    environment: Mapping[str, str]

    def calls(self) -> dict[str, Callable[[], object]]:
        """What is timed, by name."""
        inboxes, search = ReadInbox(self.database), SearchInbox(self.database)
        reports = ReadReports(self.database)
        views = {
            f"inbox, {view}": lambda view=view: inboxes.page(FIRST, view, None, A_PAGE) for view in InboxView
        }  # fmt: skip
        return views | {
            "search by topic": lambda: search.search(FIRST, InboxSearch(topic=Topic.BILLING), None, A_PAGE),
            "unopened": lambda: reports.needs_a_look(LARGE),
            "parked": self._parked,
        }

    def _parked(self) -> object:
        with self.database.look() as work:
            return work.operations.parked_counts(None), work.operations.parked(None, None, A_PAGE)

    def times(self) -> dict[str, float]:
        """Seconds that the database takes for each call, warm: the median, without what Python takes."""
        return {name: statistics.median(self._taken(call) for _ in range(TURNS)) for name, call in self.calls().items()}

    def _taken(self, call: Callable[[], object]) -> float:
        moments: list[float] = []

        def note(*_: object) -> None:
            moments.append(perf_counter())

        listened = ("before_cursor_execute", "after_cursor_execute")
        for name in listened:
            event.listen(self.database.engine, name, note)
        call()
        for name in listened:
            event.remove(self.database.engine, name, note)
        return sum(moments[1::2]) - sum(moments[::2])

    def reconciled(self) -> float:
        """The peak memory of `careroute reconcile`, in KB."""
        command = [sys.executable, "-m", "config.command", "reconcile"]
        with subprocess.Popen(command, env=dict(self.environment), cwd=ROOT, stdout=subprocess.DEVNULL) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise RuntimeError("reconcile has found something, or could not look")
        return float(usage.ru_maxrss)


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


@dataclass(slots=True)
class Measured:
    """Databases with many and with a tenth or a hundredth as many messages, each made and measured once."""

    installation: LargeInstallation
    messages: int
    taken: dict[int, dict[str, float]] = field(default_factory=dict)
    memory: dict[int, float] = field(default_factory=dict)
    change: dict[str, float] = field(default_factory=dict)

    def take(self, stack: Stack, messages: int) -> dict[str, float]:
        """Seconds of the database for each call, with so many messages."""
        if messages not in self.taken:
            with installed(stack, self.installation, messages) as made:
                self.taken[messages] = made.times()
                self.memory[messages] = made.reconciled()
                self.change = {practice: _change(made.database, practice) for practice in (LARGE, SMALL)}
        return self.taken[messages]

    def worst_ratio(self, stack: Stack) -> float:
        """The most that a call takes longer with all messages than with a hundredth of them."""
        few, many = self.take(stack, self.messages // 100), self.take(stack, self.messages)
        return max(many[name] / few[name] for name in many)

    def worst(self, stack: Stack) -> float:
        """Milliseconds of the slowest call."""
        return 1_000 * max(self.take(stack, self.messages).values())

    def peak(self, stack: Stack, messages: int) -> float:
        """The memory of reconciling so many."""
        self.take(stack, messages)
        return self.memory[messages]

    def changed(self, stack: Stack, practice: str) -> float:
        """Seconds of changing one member of staff."""
        self.take(stack, self.messages)
        return self.change[practice]


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
            lambda stack: made.changed(stack, LARGE), lambda stack: made.changed(stack, SMALL), 5, 1.5, LOWER, times=1,
        ),
        Figure(
            "memory of `careroute reconcile`, against a tenth of the messages",
            lambda stack: made.peak(stack, messages), lambda stack: made.peak(stack, messages // 10),
            1.2, 1.05, LOWER, times=1,
        ),
        Figure(
            "`careroute --help`, against `import typer`",
            lambda _stack: _python("-m", "config.command", "--help"), lambda _stack: _python("-c", "import typer"),
            2, 1.3, LOWER,
        ),
    )  # fmt: skip
