"""A database that can't do its work for a while: nothing asked of it is to blame, and all goes on when that is over."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import errors, sql
from sqlalchemy import event, exc, text

from adapters.database.engine import make_engine
from adapters.database.outage import INTERRUPTION_SECONDS, RECENT_SECONDS, Outage
from adapters.database.trouble import Trouble, trouble_of
from config.wiring import readiness, resources
from router.errors import UnavailableError
from tests.house import House

# What a DBA or a provider can do to every session, and what mends it.
STOPS = {
    "read-only": ("alter database {name} set default_transaction_read_only = on", "alter database {name} reset all"),
    "a permission": (
        "revoke insert on message from careroute_worker",
        "grant insert on message to careroute_worker",
    ),
}
# A disk without room for what doesn't fit into pages that are there.
FILL = """
create function no_room() returns trigger language plpgsql as
    $$ begin raise disk_full using message = 'could not extend file: No space left on device'; end $$;
create trigger no_room before insert on message for each row execute function no_room();
create trigger no_room before insert on quarantine for each row execute function no_room();
"""


def _change(url: str, statement: str) -> None:
    name = sql.Identifier(url.rpartition("/")[2])
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("set default_transaction_read_only = off")
        connection.execute(sql.SQL(statement).format(name=name))


@pytest.fixture
def role(migrated_postgres_url: str) -> Iterator[str]:
    """The URL of a role that reads and writes rows."""
    _change(migrated_postgres_url, "create role careroute_worker login")
    for kind in ("tables", "sequences"):
        _change(migrated_postgres_url, f"grant all on all {kind} in schema public to careroute_worker")
    yield migrated_postgres_url.replace("postgres@", "careroute_worker@")
    _change(migrated_postgres_url, "drop owned by careroute_worker")
    _change(migrated_postgres_url, "drop role careroute_worker")


@contextmanager
def _house(url: str) -> Iterator[House]:
    house = House(make_engine(url)).furnish()
    yield house
    house.engine.dispose()


@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS)
def test_what_stores_nothing_is_unavailable_and_recovers_by_itself(
    migrated_postgres_url: str, role: str, stop: tuple[str, str]
) -> None:
    """The connections of a read-only time stayed read-only for as long as they were kept."""
    with _house(role) as house:
        _change(migrated_postgres_url, stop[0])
        # Those that are open keep the default that they began with.
        house.engine.dispose()
        for _ in range(2):
            with pytest.raises(UnavailableError, match=r"read-only transaction|permission denied"):
                house.write()
        seen = [house.database.outage.stores_nothing]

        _change(migrated_postgres_url, stop[1])
        house.write()

        assert [*seen, house.database.outage.stores_nothing] == [True, False]
        assert house.route.run().routed == 1
    assert house.failures == []


def test_a_process_that_stores_nothing_notices_the_end_of_a_full_disk(
    migrated_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readiness said after a while that it was over while it was not, and the log that it was not when it was over."""
    said: list[str | None] = []
    now = [0.0]
    with _house(migrated_postgres_url) as house:
        database = house.database
        monkeypatch.setattr(database, "outage", Outage(said.append, lambda: now[0]))
        _change(migrated_postgres_url, FILL)
        with pytest.raises(UnavailableError, match="No space left"):
            house.write()
        seen = [readiness.find_missing(database)]
        now[0] += RECENT_SECONDS
        seen.append(readiness.find_missing(database))

        _change(migrated_postgres_url, "drop function no_room cascade")
        seen.append(readiness.find_missing(database))
        now[0] += RECENT_SECONDS
        seen.append(readiness.find_missing(database))

        with house.engine.connect() as connection:
            kept = connection.execute(text("select count(*) from quarantine")).scalar_one()

    assert seen == [readiness.STORES_NOTHING] * 3 + [None]
    assert said == ["could not extend file: No space left on device", None]
    assert kept == 0


def test_a_message_is_not_charged_with_a_database_that_stores_nothing(migrated_postgres_url: str, role: str) -> None:
    """It was parked after three tries, and waited for a person when the permission was back."""
    with _house(role) as house:
        house.write()
        _change(migrated_postgres_url, "revoke insert on delivery from careroute_worker")
        for _ in range(4):
            with pytest.raises(UnavailableError, match="permission denied for table delivery"):
                house.route.run()

        _change(migrated_postgres_url, "grant insert on delivery to careroute_worker")

        assert house.route.run().routed == 1


def test_limits_that_are_meant_for_others_end_no_statement(postgres_url: str) -> None:
    limits = {"statement_timeout": "500ms", "default_transaction_isolation": "serializable"}
    for name, value in limits.items():
        _change(postgres_url, f"alter database {{name}} set {name} = '{value}'")
    engine = make_engine(postgres_url)

    with engine.connect() as connection:
        connection.exec_driver_sql("select pg_sleep(0.6)")
        level = connection.exec_driver_sql("show transaction_isolation").scalar_one()

    engine.dispose()
    assert level == "read committed"


def test_moments_are_read_whatever_style_the_database_writes_them_in(postgres_url: str) -> None:
    """Everything was answered with 500, readiness included."""
    for name, value in {"datestyle": "German", "intervalstyle": "sql_standard"}.items():
        _change(postgres_url, f"alter database {{name}} set {name} = '{value}'")
    engine = make_engine(postgres_url)

    with engine.connect() as connection:
        read = connection.exec_driver_sql("select timestamptz '2026-01-02 03:04Z', interval '1 day 2 hours'").one()

    engine.dispose()
    assert tuple(read) == (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), timedelta(days=1, hours=2))


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (errors.ReadOnlySqlTransaction, Trouble.STORES_NOTHING),
        (errors.InsufficientPrivilege, Trouble.FORBIDDEN),
        (errors.DiskFull, Trouble.STORES_NOTHING),
        (errors.IoError, Trouble.STORES_NOTHING),
        (errors.TooManyConnections, Trouble.AWAY),
        (errors.AdminShutdown, Trouble.AWAY),
        (errors.CannotConnectNow, Trouble.AWAY),
        (psycopg.OperationalError, Trouble.AWAY),
        (errors.DeadlockDetected, Trouble.INTERRUPTED),
        (errors.QueryCanceled, Trouble.INTERRUPTED),
        (errors.LockNotAvailable, Trouble.INTERRUPTED),
        (errors.UniqueViolation, None),
        (errors.UndefinedTable, None),
        (errors.NumericValueOutOfRange, None),
        (psycopg.ProgrammingError, None),
    ],
)
def test_which_errors_are_trouble_of_the_database(error: type[psycopg.Error], trouble: Trouble | None) -> None:
    wrapped = exc.DBAPIError.instance("select", {}, error(), psycopg.Error, dialect=None)

    assert isinstance(wrapped, exc.DBAPIError)
    assert trouble_of(wrapped) is trouble


def test_an_outage_is_reported_when_it_begins_and_when_it_is_over() -> None:
    """A full disk takes a small write now and then, which is no end of it."""
    said: list[str | None] = []
    now = [0.0]
    outage = Outage(said.append, lambda: now[0])
    full = exc.OperationalError("insert", {}, Exception("database or disk is full"))

    for _ in range(2):
        outage.failed(Trouble.STORES_NOTHING, full)
        assert outage.stores_nothing
        outage.answered()
        outage.stored()
        assert not outage.stores_nothing
    outage.failed(Trouble.INTERRUPTED, full)
    assert said == ["database or disk is full"]

    now[0] += RECENT_SECONDS
    outage.answered()
    assert len(said) == 1
    outage.stored()
    assert said[1:] == [None]

    outage.failed(Trouble.AWAY, full)
    now[0] += RECENT_SECONDS
    outage.answered()
    assert said[2:] == ["database or disk is full", None]


def test_interruptions_are_reported_now_and_then() -> None:
    """Requests were answered with 503 for as long as somebody held a lock, and no log said why."""
    said: list[str] = []
    now = [0.0]
    outage = Outage(clock=lambda: now[0], report_interruption=said.append)
    locked = exc.OperationalError("insert", {}, Exception("canceling statement due to lock timeout"))

    for _ in range(3):
        outage.failed(Trouble.INTERRUPTED, locked)
    first = len(said)
    now[0] += INTERRUPTION_SECONDS
    outage.failed(Trouble.INTERRUPTED, locked)

    assert first == 1
    assert said == ["canceling statement due to lock timeout"] * 2
    assert not outage.stores_nothing


def test_a_lock_that_somebody_holds_is_in_the_log(migrated_postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, str]] = []
    monkeypatch.setattr(resources.logger, "warning", lambda event, reason: said.append((event, reason)))
    with _house(migrated_postgres_url) as house:
        monkeypatch.setattr(house.database, "outage", resources.logged_outage())
        event.listen(house.engine, "begin", lambda connection: connection.exec_driver_sql("set lock_timeout = '1ms'"))
        with psycopg.connect(migrated_postgres_url.replace("+psycopg", "")) as holder:
            holder.execute("lock table message in access exclusive mode")
            with pytest.raises(UnavailableError, match="lock timeout"):
                house.write()

    assert said == [("database interrupted", "canceling statement due to lock timeout")]
