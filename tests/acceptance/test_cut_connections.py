"""A connection that is cut in the very middle of a commit: whatever became of it, nothing is lost or doubled."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Thread

import psycopg
import pytest

from adapters.database.engine import make_engine
from router.errors import UnknownOutcomeError
from router.messages.notification import Mail, SmtpReply
from router.practice.topics import Topic
from tests.builders import settings
from tests.fakes import accepted
from tests.house import House
from tests.servers.waiting import wait_until

COUNT = 20
SOON = 20
# The commit has been written down, and waits for a standby that never comes: cut now, nobody hears that it is stored.
HOLD_AFTER = ("alter system set synchronous_standby_names = 'nobody'", "select pg_reload_conf()")
GO_ON_AFTER = ("alter system reset synchronous_standby_names", "select pg_reload_conf()")
# The commit waits for a trigger that takes its time: cut now, nothing is stored.
DAWDLE = "deferrable initially deferred for each row"
HOLD_BEFORE = (
    "create function dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return null; end $$",
    f"create constraint trigger dawdle after insert or update on message {DAWDLE} execute function dawdle()",
    f"create constraint trigger dawdle after update on notification {DAWDLE} execute function dawdle()",
)
GO_ON_BEFORE = ("drop function dawdle cascade",)
# Waits until it is gone: a backend that may go on before it notices would answer the commit after all.
CUT = """
select pg_terminate_backend(pid, 20000) from pg_stat_activity
where application_name = 'careroute' and datname = current_database() and wait_event in ('SyncRep', 'PgSleep')
"""
PROBE = "create table if not exists probe (one integer)", "insert into probe values (1)"


@dataclass
class Cutting:
    """Cuts the first commit that comes, before or after it took place."""

    url: str
    stored: bool

    @contextmanager
    def first_commit(self) -> Iterator[None]:
        """Of this context; it must come."""
        with self._connect("-c synchronous_commit=local") as other:
            for command in HOLD_AFTER if self.stored else HOLD_BEFORE:
                other.execute(command.encode())
            if self.stored:
                self._wait_until_commits_wait(other)
            cutter = Thread(target=self._cut, args=(other,))
            cutter.start()
            yield
            cutter.join()

    def _cut(self, other: psycopg.Connection) -> None:
        try:
            wait_until(lambda: other.execute(CUT).fetchall(), SOON, "somebody commits")
        finally:
            for command in GO_ON_AFTER if self.stored else GO_ON_BEFORE:
                other.execute(command.encode())

    def _wait_until_commits_wait(self, other: psycopg.Connection) -> None:
        """The server takes the setting over when it comes to it: commit until one waits, and take that one back."""
        other.execute(PROBE[0].encode())
        waiting = "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'"

        def commit() -> None:
            with self._connect("") as probe:
                while True:
                    probe.execute(PROBE[1].encode())

        def commit_until_it_is_cut() -> None:
            with pytest.raises(psycopg.OperationalError):
                commit()

        probing = Thread(target=commit_until_it_is_cut)
        probing.start()
        wait_until(lambda: other.execute(waiting).fetchall(), SOON, "commits wait")
        probing.join()

    def _connect(self, options: str) -> psycopg.Connection:
        return psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True, options=options)


@pytest.fixture
def house(migrated_postgres_url: str) -> Iterator[House]:
    """A practice whose messages about bills reach two."""
    engine = make_engine(migrated_postgres_url)
    yield House(engine).furnish(settings({Topic.BILLING: ["ann", "ben"]}))
    engine.dispose()


@pytest.fixture(params=[True, False], ids=["stored", "not stored"])
def cutting(request: pytest.FixtureRequest, migrated_postgres_url: str) -> Cutting:
    """Before the commit took place, and after it."""
    return Cutting(migrated_postgres_url, request.param)


def test_accepting_has_an_unknown_outcome_and_the_repeat_finds_out(house: House, cutting: Cutting) -> None:
    drafts = [house.draft(f"key-{number}") for number in range(COUNT)]

    with cutting.first_commit(), pytest.raises(UnknownOutcomeError):
        house.try_to_write(*drafts)
    there = house.operations.status().backlog[0].waiting
    house.write(*drafts)

    assert there == (COUNT if cutting.stored else 0)
    assert house.operations.status().backlog[0].waiting == COUNT
    house.route.run()
    assert house.breaches() == {}


def test_routing_goes_on_where_it_was_cut_and_charges_no_message(house: House, cutting: Cutting) -> None:
    receipts = house.write_many(COUNT)

    with cutting.first_commit(), pytest.raises(UnknownOutcomeError):
        house.route.run()
    routed = house.route.run().routed

    assert routed == (0 if cutting.stored else COUNT)
    assert [house.recipients(receipt.id) for receipt in receipts] == [["ann", "ben"]] * COUNT
    assert (house.failures, house.breaches()) == ([], {})


def test_a_lease_that_is_cut_is_sent_when_it_has_run_out(house: House, cutting: Cutting) -> None:
    house.write_many(COUNT)
    house.route.run()

    with cutting.first_commit(), pytest.raises(UnknownOutcomeError):
        house.notify.run()
    assert house.mailer.sent == []
    house.clock.by += timedelta(seconds=181)

    assert house.notify.run().sent == 2 * COUNT
    assert house.breaches() == {}


def test_answers_that_are_cut_cost_one_batch_of_repeats_at_most(house: House, cutting: Cutting) -> None:
    """Each of them the same email again."""
    house.write_many(COUNT)
    house.route.run()
    with ExitStack() as stack:
        # The batch is leased by now, and the next commit is that of its answers.
        begin = iter([lambda: stack.enter_context(cutting.first_commit())])

        def send(mail: Mail) -> SmtpReply:
            for first in begin:
                first()
            return accepted(mail)

        house.mailer.answer = send
        with pytest.raises(UnknownOutcomeError):
            house.notify.run()
    house.mailer.answer = accepted
    house.clock.by += timedelta(seconds=181)

    house.notify.run()

    times = Counter(mail.notification for mail in house.mailer.sent)
    assert len(times) == 2 * COUNT
    assert set(times.values()) == {1 if cutting.stored else 2}
    assert house.breaches() == {}
