"""What dies is made good: real processes on real servers, killed, stopped and left hanging."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.error import URLError

import psycopg
import pytest

from tests.integration.service.conftest import set_up
from tests.processes import Portal, Running, careroute, wait_for
from tests.servers.fixtures import MakePostgres, MakeValkey
from tests.servers.postgres import PostgresServer
from tests.servers.smtp import ScriptedSmtpServer
from tests.servers.valkey import ValkeyServer

CANARIES = ("Canaryname", "Canarybody", "Canarysubject")
ACCEPTED = 202


@dataclass
class Plant:
    """A production engine on servers of its own, and what its client was told."""

    folder: Path
    postgres: PostgresServer
    valkey: ValkeyServer
    relay: ScriptedSmtpServer
    variables: dict[str, str]
    stack: ExitStack
    portal: Portal
    receipts: dict[str, Any] = field(default_factory=dict)
    started: int = 0

    def worker(self, queues: str = "route,notify") -> Running:
        """Start a worker."""
        self.started += 1
        command = ("worker", "--queues", queues, "--concurrency", "1")
        log = self.folder / f"worker-{self.started}.log"
        return self.stack.enter_context(Running(command, log, self.variables))

    def web(self) -> Running:
        """Start the web process."""
        log = self.folder / "web.log"
        return self.stack.enter_context(Running(("run", "--port", str(self.portal.port)), log, self.variables))

    def write(self, count: int) -> None:
        """Write messages as a portal does: what isn't answered with 202 is repeated with its key."""
        for number in range(len(self.receipts), len(self.receipts) + count):
            wait_for(partial(self._try, f"key-{number}"), "a message is accepted")

    def _try(self, key: str) -> bool:
        try:
            status, receipt = self.portal.write(key, body="Canarybody", subject="Canarysubject")
        except (URLError, OSError):
            return False
        if status == ACCEPTED:
            self.receipts[key] = receipt
        return status == ACCEPTED

    def backlog(self) -> dict[str, int]:
        """How much waits, by queue."""
        waiting = {
            "route": "select count(*) from message where state = 'accepted'",
            "notify": "select count(*) from notification where state in ('due', 'leased')",
        }
        with self._look() as connection:
            rows = {queue: connection.execute(query.encode()).fetchone() for queue, query in waiting.items()}
        return {queue: row[0] if row else 0 for queue, row in rows.items()}

    def _look(self) -> psycopg.Connection:
        return psycopg.connect(self.variables["DATABASE_URL"].replace("+psycopg", ""))

    def somebody_consumes(self) -> bool:
        """Whether a worker waits for hints."""
        with self.valkey.client(0) as client:
            return any(one["cmd"] == "brpop" for one in client.client_list())

    def end_leases(self) -> None:
        """Let every lease run out now."""
        with self._look() as connection:
            connection.execute("update notification set due_at = now() where state = 'leased'")

    def judge(self) -> None:
        """Every 202 is in one inbox once, the tables agree, and repeated emails are the same email."""
        wait_for(lambda: not any(self.backlog().values()), "everything arrives", 90)
        reconciled = careroute("reconcile", **self.variables)
        assert reconciled.returncode == 0, reconciled.stdout
        inbox = self.portal.call("GET", "/v1/staff/ada/inbox?limit=200")[1]["items"]
        assert sorted(one["message"] for one in inbox) == sorted(one["id"] for one in self.receipts.values())
        assert len(set(self.relay.message_ids)) == len(self.receipts)


@pytest.fixture
def plant(make_postgres_server: MakePostgres, make_valkey_server: MakeValkey, tmp_path: Path) -> Iterator[Plant]:
    """PostgreSQL, Valkey, a mail server, and a web process that is ready; no worker yet."""
    postgres, valkey = make_postgres_server(durable=True), make_valkey_server()
    with ScriptedSmtpServer() as relay, ExitStack() as stack:
        variables = {
            "DATABASE_URL": postgres.url(postgres.create_database()),
            "BROKER_URL": valkey.url(0),
            "SMTP_URL": relay.url,
            "SECRET_KEY": "a long random text",
            "TMPDIR": str(tmp_path),
        }
        assert careroute("migrate", **variables).returncode == 0
        made = Plant(tmp_path, postgres, valkey, relay, variables, stack, set_up(tmp_path, **variables))
        made.web()
        wait_for(made.portal.is_ready, "the service")
        yield made


def test_a_hint_holds_nothing_but_the_name_of_a_task(plant: Plant) -> None:
    """Everything that stands in the broker, read raw."""
    plant.write(3)

    wait_for(lambda: plant.valkey.client(0).llen("route"), "a hint")

    with plant.valkey.client(0) as client:
        hints = [json.loads(raw) for raw in client.lrange("route", 0, -1)]
        held = b"".join(client.dump(key) or b"" for key in client.keys("*"))
    assert {one["headers"]["task"] for one in hints} == {"careroute.route"}
    assert {(one["headers"]["argsrepr"], one["headers"]["kwargsrepr"]) for one in hints} == {("()", "{}")}
    assert not any(canary.encode() in held for canary in CANARIES)


def test_workers_that_are_killed_lose_and_double_nothing(plant: Plant) -> None:
    """SIGKILL of whole workers, and of a child alone, while messages come."""
    for _ in range(3):
        worker = plant.worker()
        plant.write(10)
        worker.kill()
    last = plant.worker()
    wait_for(plant.somebody_consumes, "the worker is ready")
    os.kill(_children(last.process.pid)[0], signal.SIGKILL)
    plant.write(5)
    wait_for(lambda: not plant.backlog()["route"], "everything is routed", 90)
    # What the killed ones had leased is sent by others when the lease runs out, which takes three minutes.
    plant.end_leases()

    plant.judge()


def test_a_broker_that_is_killed_and_comes_back_empty_costs_delay(plant: Plant) -> None:
    """Three times; and a worker that starts while it is away sweeps all the same."""
    plant.worker()
    for _ in range(3):
        plant.write(5)
        plant.valkey.kill()
        plant.write(5)
        plant.valkey.start()
    plant.valkey.stop()
    plant.worker()
    plant.write(5)

    plant.judge()


def test_a_silent_broker_lets_no_request_wait(plant: Plant) -> None:
    """It accepts connections and never answers: everything is accepted and delivered meanwhile."""
    plant.worker()
    plant.write(1)
    plant.valkey.pause()

    plant.write(20)
    plant.judge()

    plant.valkey.resume()


def test_a_database_that_stops_and_starts_again_keeps_every_202(plant: Plant) -> None:
    """Stopped without a goodbye while messages come; what was not answered is repeated."""
    plant.worker()
    plant.write(10)
    plant.postgres.stop(immediate=True)
    status, problem = plant.portal.write("while-away")
    plant.postgres.start()
    plant.write(10)

    assert (status, problem["type"]) == (503, "urn:careroute:problem:unavailable")
    plant.judge()


def test_a_web_process_that_is_killed_keeps_every_202(plant: Plant) -> None:
    """What it had answered is there; what it had not is repeated by its key."""
    plant.worker()
    plant.write(10)
    second = Portal(plant.portal.port, plant.portal.key)
    os.kill(_listener(plant), signal.SIGKILL)
    plant.web()
    wait_for(second.is_ready, "the second web process")
    plant.write(10)

    plant.judge()


def _children(parent: int) -> list[int]:
    """The child processes (proc(5), under task/children)."""
    listed = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(one) for one in listed.read_text().split()] if listed.exists() else []


def _listener(plant: Plant) -> int:
    """The process id of the web process: the one that was started with its port."""
    port = str(plant.portal.port).encode()
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            words = (process / "cmdline").read_bytes().split(b"\0")
            if port in words and b"run" in words:
                return int(process.name)
    pytest.fail("there is no web process")
