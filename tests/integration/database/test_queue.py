"""What waits on PostgreSQL is found, however much is done and kept, whoever wrote it, and whenever it is committed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event, text

from adapters.database import floors
from adapters.database.repositories import claims
from adapters.database.repositories.notifications import HELD
from tests.house import House
from tests.integration.database.backlogs import PRACTICES, drain, two_practices
from tests.plans import generic_plans

ROUTED = 600
WAITING = 20


# Rows that are next to one another in the index lie apart in the table.
DONE_LONG_AGO = (
    """
    insert into waiting (practice, kind, second, due_at, id)
    select 'first', 'route', extract(epoch from long_ago), long_ago, gen_random_uuid()
    from (
        select date_trunc('second', now()) - make_interval(secs => 60 + n * 7919 % 1000) from generate_series(1, 9000) n
    )
        as done (long_ago)
    """,
    "delete from waiting",
    """
    insert into notification (practice, id, kind, state, due_at, deferrals, attempts)
    select 'first', gen_random_uuid(), 'staff_invitation', 'due', now() - make_interval(secs => 60 + n * 7919 % 1000),
        0, 0
    from generate_series(1, 9000) n
    """,
    "delete from notification where kind = 'staff_invitation'",
)


@pytest.fixture
def engine(migrated_postgres_url: str) -> Iterator[Engine]:
    """An engine that keeps the first plan of a statement, made without statistics, for ever."""
    with generic_plans(migrated_postgres_url) as made:
        yield made


@pytest.fixture
def house(engine: Engine) -> House:
    """Practices whose bills go to Ann."""
    return two_practices(engine)


@contextmanager
def held_snapshot(engine: Engine) -> Iterator[None]:
    """Somebody's transaction, a dump or a session that was forgotten, for which all that is there now is kept."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        connection.execute(text("select count(*) from practice"))
        yield


@contextmanager
def buffers_read(engine: Engine, naming: str) -> Iterator[list[int]]:
    """How many blocks each statement that names this reads, found out just before and undone."""
    read: list[int] = []

    def explain(
        _connection: Connection, cursor: psycopg.Cursor[Any], statement: str, parameters: Mapping[str, Any], *_: object
    ) -> None:
        if naming in statement and not statement.startswith("explain"):
            with cursor.connection.transaction(force_rollback=True), cursor.connection.cursor() as another:
                another.execute("explain (analyze, buffers, format json) " + statement, parameters)
                explained = another.fetchone()
                assert explained is not None
                plan = explained[0][0]["Plan"]
                read.append(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])

    event.listen(engine, "before_cursor_execute", explain)
    yield read
    event.remove(engine, "before_cursor_execute", explain)


def age_floors(house: House) -> None:
    """Claims and leases of a quiet moment: what they find is the oldest that waits."""
    known = house.database._remembered[1].floors  # noqa: SLF001 - the clock of a test doesn't go by itself.
    for floor in (known.routing, known.notifications):
        assert floor.begins is not None
        floor.begins += house.clock.by


@pytest.mark.parametrize("naming", ["oldest_second", "RETURNING notification.kind"], ids=["claim", "lease"])
def test_what_is_done_and_kept_for_somebody_is_passed_over(house: House, engine: Engine, naming: str) -> None:
    def waiting() -> None:
        for number in range(WAITING):
            house.write(house.draft(f"{house.clock.by}-{number}"), practice=PRACTICES[number % 2])
        if naming != "oldest_second":
            house.route.run()

    waiting()
    with buffers_read(engine, naming) as fresh:
        drain(house)
    with held_snapshot(engine):
        with engine.begin() as connection:
            for statement in DONE_LONG_AGO:
                connection.execute(text(statement))
        drain(house)
        age_floors(house)
        waiting()
        with buffers_read(engine, naming) as beside_many:
            drain(house)

    assert beside_many[0] <= 2 * fresh[0]


def test_what_is_committed_late_is_found_by_looking_back(
    house: House, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its moment is before what claims have seen since, as if its transaction had waited for a lock meanwhile."""
    for _ in range(2):
        house.route.run()
    (receipt,) = house.write(practice=PRACTICES[0])
    with engine.begin() as connection:
        connection.execute(text("update message set due_at = due_at - interval '20 seconds'"))
        back = "update waiting set due_at = due_at - interval '20 seconds', second = second - 20"
        connection.execute(text(back))

    assert house.route.run().routed == 0
    monkeypatch.setattr(floors, "LOOK_BACK_EVERY", timedelta())
    house.route.run()
    house.route.run()

    assert house.states([receipt], PRACTICES[0]) == ["delivered"]


def test_however_late_it_is_found_by_looking_at_all(house: House, engine: Engine) -> None:
    """A sweep does so now and then."""
    house.route.run()
    (receipt,) = house.write(practice=PRACTICES[0])
    with engine.begin() as connection:
        connection.execute(text("update message set due_at = due_at - interval '1 hour'"))
        back = "update waiting set due_at = due_at - interval '1 hour', second = second - 3600"
        connection.execute(text(back))

    assert house.route.run().routed == 0
    house.sweep.hint()
    house.route.run()

    assert house.states([receipt], PRACTICES[0]) == ["delivered"]


def test_a_lease_that_is_rolled_back_hides_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process would have found it again by looking back, seconds later; or long after, if it had waited long."""
    house.notify.run()
    monkeypatch.setattr(floors, "LATE", timedelta(0))
    house.write(practice=PRACTICES[0])
    house.route.run()

    with house.database.begin() as work:
        assert work.notifications.lease(uuid4(), 60, 10).notifications

    assert house.notify.run().sent == 1


def test_what_a_process_of_the_release_before_accepts_is_found_by_the_sweep(house: House, engine: Engine) -> None:
    (receipt,) = house.write(practice=PRACTICES[0])
    with engine.begin() as connection:
        connection.execute(text("delete from waiting"))
    assert house.route.run().routed == 0

    house.sweep.hint()

    assert house.route.run().routed == 1
    assert house.states([receipt], PRACTICES[0]) == ["delivered"]
    assert house.breaches() == {}


def test_what_a_worker_of_the_release_before_delivers_is_not_delivered_again(house: House, engine: Engine) -> None:
    house.write(practice=PRACTICES[0])
    with engine.begin() as connection:
        kept = connection.execute(text("select * from waiting")).mappings().all()
    house.route.run()
    with engine.begin() as connection:
        put_back = "insert into waiting values (:practice, :kind, :second, :due_at, :id)"
        connection.execute(text(put_back), [dict(row) for row in kept])

    assert house.route.run().routed == 0
    house.sweep.hint()

    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from waiting")).scalar_one() == 0
        assert connection.execute(text("select count(*) from delivery")).scalar_one() == 1


def test_nothing_is_left_waiting_whatever_becomes_of_a_message(house: House, engine: Engine) -> None:
    """Delivered; parked, requeued and delivered; tried again, and parked at last."""
    house.write(practice=PRACTICES[0])
    (broken,) = house.write(practice=PRACTICES[1])
    with engine.begin() as connection:
        connection.execute(text("update conversation set topic = 'nonsense' where practice = 'second'"))
    for _ in range(3):
        house.route.run()
        house.clock.by += timedelta(seconds=5)

    def rows() -> int:
        with engine.connect() as connection:
            return int(connection.execute(text("select count(*) from waiting")).scalar_one())

    assert house.states([broken], PRACTICES[1]) == ["parked"]
    assert rows() == 0
    with engine.begin() as connection:
        connection.execute(text("update conversation set topic = 'billing'"))
    with house.database.begin() as work:
        work.messages.requeue(PRACTICES[1], broken.id)
        work.commit()
    assert rows() == 1
    assert house.route.run().routed == 1
    assert rows() == 0


def test_a_backlog_of_many_seconds_hides_nobody_who_writes_now(
    house: House, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A claim takes only so many steps from the oldest on, and as many from the newest."""
    monkeypatch.setattr(claims, "STEPS", 3)
    house.write(*(house.draft(f"old-{number}") for number in range(20)), practice=PRACTICES[0])
    apart = """
        with place as (select id, row_number() over (order by id)::int as seconds from message),
        moved as (
            update message set due_at = due_at - make_interval(secs => place.seconds)
            from place where place.id = message.id
        )
        update waiting set due_at = due_at - make_interval(secs => place.seconds), second = second - place.seconds
        from place where place.id = waiting.id
    """
    with engine.begin() as connection:
        connection.execute(text(apart))
    (newest,) = house.write(practice=PRACTICES[1])

    assert house.route.run().routed < 1 + 20

    assert house.states([newest], PRACTICES[1]) == ["delivered"]


def test_what_a_process_holds_is_looked_up_by_its_token(house: House, engine: Engine) -> None:
    """Two indexes of states look as empty as each other when plans are made, and one has all that was ever due."""
    for practice in PRACTICES:
        house.write(*(house.draft(f"many-{n}") for n in range(ROUTED // 2)), practice=practice)
    house.route.run()
    house.route.run()

    with buffers_read(engine, "held_by") as read:
        house.notify.run()

    with engine.connect() as connection:
        connection.execute(text("set local enable_seqscan = off"))
        looked_up = HELD.params(held_by=uuid4()).compile(engine, compile_kwargs={"literal_binds": True})
        plan = connection.execute(text(f"explain {looked_up}")).scalars().all()
    assert any("ix_notification_held" in line for line in plan)
    assert read[0] <= 6 * house.notify.batch
