"""A database in use at every revision is brought to the newest one: no row is lost, and the newest code reads them."""

from threading import Thread

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, exc, inspect, select

from adapters.database import schema
from adapters.database.engine import make_engine
from adapters.database.tables import metadata
from router.actors import COMMAND
from router.flows.staff.inbox import InboxListing
from router.messages.inbox import InboxRef
from tests.house import House
from tests.processes import careroute
from tests.samples.rows import Row, identifier, rows_of

REVISIONS = [one.revision for one in ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()][::-1]


class Filler:
    """Fills a database revision by revision, as if it had been in use all the time."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._filled: dict[str, set[str]] = {}
        self.inserted: list[tuple[str, Row]] = []

    def fill(self, practice: str) -> None:
        """Add a practice with rows in every table there is, and give earlier ones rows in the tables that are new."""
        there = MetaData()
        there.reflect(self.engine)
        self._filled[practice] = set()
        with self.engine.begin() as connection:
            for known, filled in self._filled.items():
                for name, row in rows_of(known):
                    if name not in there.tables or name in filled:
                        continue
                    kept = {column: value for column, value in row.items() if column in there.tables[name].c}
                    connection.execute(metadata.tables[name].insert().values(**kept))
                    self.inserted.append((name, kept))
                filled |= set(there.tables)

    def missing(self) -> list[str]:
        """Rows that are no longer there as they were inserted."""
        with self.engine.connect() as connection:
            kept = {
                name: connection.execute(select(metadata.tables[name])).mappings().all()
                for name in {name for name, _ in self.inserted}
            }
        return [
            f"{name} {row}"
            for name, row in self.inserted
            if not any(all(found[column] == value for column, value in row.items()) for found in kept[name])
        ]


@pytest.fixture
def migrated(engine_without_schema: Engine) -> Filler:
    """A database that was filled at every revision on its way."""
    filler = Filler(engine_without_schema)
    for revision in REVISIONS:
        schema.migrate(engine_without_schema, revision)
        filler.fill(f"clinic-{revision}")
    return filler


def test_no_row_of_any_revision_is_lost_and_the_newest_code_goes_on(migrated: Filler) -> None:
    """Every table has rows: whoever adds one adds a row to tests/samples/rows.py.

    What waited is routed and told, and what was there is read: inboxes, threads, traces, settings and the record.
    """
    engine = migrated.engine
    tables = set(inspect(engine).get_table_names()) - {"alembic_version", "relay", "secret_in_use"}

    assert tables - {name for name, _ in migrated.inserted} == set()
    assert migrated.missing() == []
    assert not schema.is_behind(schema.current_revision(engine))
    house = House(engine)
    # The sweep takes over what the release before accepts, as the last of them was.
    house.sweep.hint()

    assert house.route.run().routed == len(REVISIONS)
    assert house.notify.run().sent == len(REVISIONS)

    for practice in (f"clinic-{revision}" for revision in REVISIONS):
        answered, waiting = identifier(practice, "answered"), identifier(practice, "waiting")
        assert house.states([house.accept.receipt(practice, waiting)], practice) == ["delivered"]
        inbox = house.read_inbox.page(InboxRef(practice, "ann", COMMAND), InboxListing(), None, 10)
        assert [(item.message, item.body) for item in inbox.items] == [(waiting, "And that one?")]
        trace, _ = house.traces.trace(practice, answered, COMMAND)
        assert sorted(delivery.recipient.staff for delivery in trace.deliveries) == ["ada", "ann"]
        tenant = next(one for one in house.roster.practices() if one.id == practice)
        with house.database.look() as work:
            assert work.messaging.current(tenant).catch_all == ("ada",)
            assert work.keys.get(f"key-{practice}") is not None
            thread = [identifier(practice, "thread")]
            assert [entry.body for entry in work.conversations.entries(practice, thread)][-1] == "The red one."
        assert house.operations.audit(practice, None, 100)
    assert house.operations.status().parked == (("notification", "rejected", len(REVISIONS)),)
    assert house.breaches() == {}


def test_a_migration_that_waits_for_a_lock_gives_up_and_changes_nothing(postgres_url: str) -> None:
    """Otherwise everybody behind it would wait as long as whoever holds the lock."""
    engine, other = make_engine(postgres_url), make_engine(postgres_url)
    schema.migrate(engine, REVISIONS[4])

    with other.connect() as holder:
        holder.exec_driver_sql("lock table audit in row exclusive mode")
        with pytest.raises(exc.OperationalError, match="lock timeout"):
            schema.migrate(engine)
        typed = careroute("migrate", DATABASE_URL=postgres_url, SMTP_URL="catch:", SECRET_KEY="secret")

    assert schema.current_revision(engine) == REVISIONS[4]
    assert (typed.returncode, len(typed.stderr.splitlines())) == (1, 1)
    assert "Try again when the database is less busy" in typed.stderr
    schema.migrate(engine)
    assert schema.current_revision(engine) == REVISIONS[-1]
    for one in (engine, other):
        one.dispose()


def test_a_database_of_a_later_version_is_left_as_it_is(engine_without_schema: Engine) -> None:
    """Whoever goes back to the version before starts it on the newer schema."""
    schema.migrate(engine_without_schema)
    with engine_without_schema.begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")

    schema.migrate(engine_without_schema)

    assert schema.current_revision(engine_without_schema) == "9999"
    assert not schema.is_behind("9999")


def test_processes_that_migrate_at_the_same_time_take_turns(engine_without_schema: Engine) -> None:
    failures: list[Exception] = []

    def migrate() -> None:
        try:
            schema.migrate(engine_without_schema)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it.
            failures.append(error)

    threads = [Thread(target=migrate) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert schema.current_revision(engine_without_schema) == REVISIONS[-1]
