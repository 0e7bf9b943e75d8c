"""What a process has read from one server it doesn't take for what another one says, be the version the same."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, update

from adapters.database import session
from adapters.database.engine import make_engine
from adapters.database.tables import staff
from tests.builders import a_staff
from tests.house import PRACTICE, House
from tests.processes import wait_for
from tests.servers.fixtures import MakePostgres
from tests.servers.postgres import PostgresServer, StandbyServer

STAFF = (a_staff("ada", admin=True), a_staff("ann"), a_staff("ben"))


def version_and_active(house: House) -> tuple[int, set[str]]:
    """The roster's version, and who can get messages, as a worker reads them."""
    with house.database.begin() as work:
        tenant = work.practices.get(PRACTICE)
        assert tenant is not None
        staffing = work.roster.staffing(tenant)
        return tenant.roster_version, {name for name in staffing.members if staffing.is_active(name)}


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_what_was_read_is_kept_for_its_server_alone(
    house: House, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.furnish(staff=STAFF)
    before = version_and_active(house)
    with engine.begin() as connection:
        connection.execute(update(staff).where(staff.c.id == "ben").values(active=False))
    engine.dispose()
    assert version_and_active(house) == before

    told = session.settle
    monkeypatch.setattr(session, "settle", lambda connection: f"{told(connection)} another")
    engine.dispose()

    assert version_and_active(house) == (before[0], {"ada", "ann"})
    engine.dispose()


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_server_is_the_same_over_all_connections(engine: Engine) -> None:
    with engine.connect() as one, engine.connect() as other:
        assert one.info["server"] == other.info["server"] != ""


def test_a_promoted_standby_that_lacks_the_last_change_gives_its_version_to_another(
    make_postgres_server: MakePostgres, servers_folder: Path
) -> None:
    primary = make_postgres_server(durable=True)
    name = primary.create_database()
    engine = make_engine(primary.url(name))
    House(engine).furnish(staff=STAFF)
    standby = StandbyServer(servers_folder / "standby-versions", primary)
    standby.start()
    try:
        wait_for(lambda: ask(primary, "select 1 from pg_stat_replication where state = 'streaming'"), "streaming")
        hosts = "&".join(f"host=127.0.0.1:{server.port}" for server in (primary, standby))
        both = make_engine(f"postgresql+psycopg://postgres@/{name}?{hosts}&target_session_attrs=read-write")
        process = House(both)
        caught_up = "select 1 from pg_stat_replication where replay_lsn = pg_current_wal_lsn()"
        wait_for(lambda: ask(primary, caught_up), "the standby has everything")
        standby.stop()
        process.bring([a_staff("ben", active=False)])
        lost = version_and_active(process)

        primary.kill()
        standby.revive()
        standby.promote()
        another = make_engine(standby.url(name))
        House(another).bring([a_staff("ann", active=False)])
        wait_for(lambda: reads(process), "the standby")

        assert lost == (lost[0], {"ada", "ann"})
        assert version_and_active(process) == (lost[0], {"ada", "ben"})
        for one in (engine, both, another):
            one.dispose()
    finally:
        standby.stop(immediate=True)


def reads(process: House) -> bool:
    """Whether it has noticed that its server is gone, and has found the other one."""
    try:
        process.operations.ready()
    except Exception:  # noqa: BLE001 - whichever error a connection that is gone ends with.
        return False
    return True


def ask(server: PostgresServer, query: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - LiteralString.
    with psycopg.connect(server.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
        return connection.execute(query).fetchall()
