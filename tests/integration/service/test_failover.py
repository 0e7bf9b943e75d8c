"""Failover to a standby under load: what a 202 means with a synchronous and an asynchronous standby."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from adapters.database.engine import make_engine
from router.actors import COMMAND, Scope
from tests.builders import a_patient, a_staff, settings
from tests.chaos.frontend import Frontend
from tests.house import PRACTICE, House
from tests.processes import Portal, Running, wait_for
from tests.servers.fixtures import MakePostgres
from tests.servers.ports import free_port
from tests.servers.postgres import PostgresServer, StandbyServer

STAFF = (a_staff("ada", admin=True), a_staff("ann"))
RECOVER_SECONDS = 90
SOME = 10


@dataclass
class Pair:
    """A primary, its standby, and a service whose URL lists both."""

    primary: PostgresServer
    standby: StandbyServer
    name: str
    portal: Portal

    def stored(self) -> dict[str, str]:
        """The messages on the standby: ids by idempotency key."""
        return _messages(self.standby, self.name)

    def fail_over(self) -> None:
        """Kill the primary and promote the standby."""
        self.primary.kill()
        self.standby.revive()
        self.standby.promote()


def _ask(server: PostgresServer, name: str, query: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - LiteralString.
    with psycopg.connect(server.url(name).replace("+psycopg", ""), autocommit=True) as connection:
        done = connection.execute(query)
        return done.fetchall() if done.description else []


def _messages(server: PostgresServer, name: str) -> dict[str, str]:
    return dict(_ask(server, name, "select idempotency_key, id::text from message"))


@contextmanager
def _pair(folder: Path, primary: PostgresServer, *, synchronous: bool) -> Iterator[Pair]:
    """Start both servers, with a practice replicated to the standby."""
    name = primary.create_database()
    engine = make_engine(primary.url(name))
    house = House(engine).furnish(settings(), staff=STAFF, patients=[a_patient("sam")])
    key = house.keys.create(PRACTICE, list(Scope), COMMAND)[1]
    engine.dispose()
    standby = StandbyServer(folder, primary)
    standby.start()
    try:
        wait_for(
            lambda: _ask(primary, name, "select 1 from pg_stat_replication where state = 'streaming'"), "streaming"
        )
        if synchronous:
            _ask(primary, name, "alter system set synchronous_standby_names = '*'")
            _ask(primary, name, "select pg_reload_conf()")
            in_sync = "select 1 from pg_stat_replication where sync_state = 'sync'"
            wait_for(lambda: _ask(primary, name, in_sync), "a synchronous standby")
        yield Pair(primary, standby, name, Portal(free_port(), key))
    finally:
        standby.stop(immediate=True)


def _variables(pair: Pair) -> dict[str, str]:
    hosts = "&".join(f"host=127.0.0.1:{server.port}" for server in (pair.primary, pair.standby))
    return {
        "DATABASE_URL": f"postgresql://postgres@/{pair.name}?{hosts}&target_session_attrs=read-write",
        "SMTP_URL": "catch:",
        "SECRET_KEY": "a long random text",
        "ALLOW_UNSAFE_DATABASE": "0",
        # Everything is written for one patient.
        "REQUESTS_BY_PATIENT": "0",
    }


@pytest.mark.parametrize("synchronous", [True, False], ids=["synchronous", "asynchronous"])
def test_a_failover_under_load(
    make_postgres_server: MakePostgres, servers_folder: Path, tmp_path: Path, *, synchronous: bool
) -> None:
    """Synchronous: every accepted message is on the standby, whenever the primary dies.

    Asynchronous: accepted messages that the standby hadn't received are lost. A portal that keeps its messages until
    they are delivered repeats them with the same keys, and they are accepted again.
    """
    primary = make_postgres_server(durable=True)
    kind = "synchronous" if synchronous else "asynchronous"
    with _pair(servers_folder / f"standby-{kind}", primary, synchronous=synchronous) as pair:
        variables = _variables(pair) | {"CAREROUTE_DATA_DIR": str(tmp_path / "data")}
        random = Random(0)  # noqa: S311 - nothing secret is drawn.
        with (
            Running(("run", "--port", str(pair.portal.port)), tmp_path / "log", variables) as service,
            Frontend(lambda: [pair.portal], random) as frontend,
        ):
            wait_for(pair.portal.is_ready, "the service", RECOVER_SECONDS)
            frontend.write(40, together=4)
            frontend.wait()
            received = set(frontend.receipts)
            wait_for(lambda: received <= pair.stored().keys(), "the standby has received them")

            if synchronous:
                _nothing_is_accepted_without_the_standby(pair, frontend)
            else:
                pair.standby.stop()
            received = set(frontend.receipts)
            frontend.write(200, together=4)
            wait_for(lambda: len(frontend.receipts.keys() - received) > SOME, "some answers")
            pair.fail_over()

            frontend.wait(RECOVER_SECONDS)
            assert frontend.wrong == []
            stored = pair.stored()
            lost = {key: receipt for key, receipt in frontend.receipts.items() if key not in stored}
            assert frontend.receipts == stored | lost
            assert bool(lost) is not synchronous
            for key, receipt in lost.items():
                status, repeated = pair.portal.write(key, **frontend.fields(key))
                assert (status, repeated["id"] != receipt) == (202, True)
            assert frontend.receipts.keys() <= pair.stored().keys()
            wait_for(lambda: _is_delivered(pair), "everything arrives", RECOVER_SECONDS)
            assert service.is_running()

        engine = make_engine(pair.standby.url(pair.name))
        assert House(engine).breaches() == {}
        engine.dispose()
        # What is lost was accepted by the primary, up to its last moment, and nothing by its successor.
        pair.primary.revive()
        assert lost.items() <= _messages(pair.primary, pair.name).items()


def _nothing_is_accepted_without_the_standby(pair: Pair, frontend: Frontend) -> None:
    pair.standby.pause()
    heard = set(frontend.receipts)
    frontend.write(20, together=4)
    wait_for(lambda: _waits_for_the_standby(pair), "a commit that waits for the standby")
    assert frontend.receipts.keys() == heard
    pair.standby.resume()
    frontend.wait(RECOVER_SECONDS)


def _waits_for_the_standby(pair: Pair) -> bool:
    return bool(_ask(pair.primary, pair.name, "select 1 from pg_stat_activity where wait_event = 'SyncRep'"))


def _is_delivered(pair: Pair) -> bool:
    return _ask(pair.standby, pair.name, "select count(*) from message where state <> 'delivered'") == [(0,)]
