"""Following a message and counting it, over the logs and the numbers of real processes: web, routing and notifying."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.integration.service.conftest import set_up
from tests.processes import Portal, Running, careroute, wait_for
from tests.servers.ports import free_port
from tests.servers.smtp import ScriptedSmtpServer

CANARIES = ("Canaryname", "Canarybody", "Canarysubject")


@dataclass
class Installation:
    """A production engine: a web process and a worker of each queue."""

    portal: Portal
    variables: dict[str, str]
    web: Running
    workers: dict[str, Running]
    ports: dict[str, int]
    relay: ScriptedSmtpServer

    def status(self) -> Any:  # noqa: ANN401 - JSON.
        """What `careroute status` says."""
        return json.loads(careroute("status", "--json", "--seconds", "0", **self.variables).stdout)


@pytest.fixture
def installation(postgres_url: str, broker_url: str, tmp_path: Path) -> Iterator[Installation]:
    """All processes, with real servers behind them."""
    with ScriptedSmtpServer() as relay, ExitStack() as stack:
        variables = {
            "DATABASE_URL": postgres_url,
            "BROKER_URL": broker_url,
            "SMTP_URL": relay.url,
            "SECRET_KEY": "a long random text of 32 bytes or more",
            "TMPDIR": str(tmp_path),
        }
        assert careroute("migrate", **variables).returncode == 0
        portal = set_up(tmp_path, **variables)
        web = stack.enter_context(Running(("run", "--port", str(portal.port)), tmp_path / "web.log", variables))
        ports = {queue: free_port() for queue in ("route", "notify")}
        workers = {
            queue: stack.enter_context(
                Running(
                    ("worker", "--queues", queue, "--concurrency", "1"),
                    tmp_path / f"{queue}.log",
                    variables | {"METRICS_PORT": str(port)},
                )
            )
            for queue, port in ports.items()
        }
        made = Installation(portal, variables, web, workers, ports, relay)
        wait_for(portal.is_ready, "the service")
        wait_for(lambda: len(made.status()["workers"]) == len(workers), "the workers")
        yield made


def lines(process: Running, event: str) -> list[dict[str, Any]]:
    """The lines about one kind of event in a process's log; every line is JSON."""
    said = [json.loads(line) for line in process.said().splitlines() if line.startswith("{")]
    return [one for one in said if one["event"] == event]


def totals(ports: Sequence[int]) -> dict[str, float]:
    """Every number without its labels, summed over these processes as Prometheus would."""
    summed: dict[str, float] = {}
    for port in ports:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                summed[sample.name] = summed.get(sample.name, 0) + sample.value
    return summed


def test_one_message_is_followed_and_counted_through_all_processes(installation: Installation, tmp_path: Path) -> None:
    portal, relay = installation.portal, installation.relay

    status, receipt = portal.write("key-1", body="Canarybody", subject="Canarysubject")
    assert status == 202
    portal.write("key-1", body="Canarybody", subject="Canarysubject")
    wait_for(lambda: relay.accepted, "the email")
    routing = [installation.workers["route"], installation.workers["notify"]]
    wait_for(lambda: [line for process in routing for line in lines(process, "notified")], "the line about the email")

    (accepted,) = lines(installation.web, "accepted")
    assert accepted["practice"] == "clinic"
    assert accepted["messages"] == [{"message": receipt["id"], "conversation": receipt["conversation"]}]
    (routed,) = [line for process in routing for line in lines(process, "routed")]
    (entry,) = routed["messages"]
    assert entry["message"] == receipt["id"]
    (notified,) = [line for process in routing for line in lines(process, "notified")]
    (notification,) = notified["notifications"]
    assert [notification["delivery"]] == [notification["notification"]] == entry["deliveries"]
    assert (notification["outcome"], notification["code"]) == ("sent", 250)
    assert notification["notification"] in relay.message_ids[0]

    ports = [portal.port, *installation.ports.values()]
    counted = totals(ports)
    for name in ("messages_accepted", "messages_routed", "deliveries", "notifications"):
        assert counted[f"careroute_{name}_total"] == 1, name
    for name in ("batch_size_sum", "task_seconds_count"):
        assert counted[f"careroute_{name}"] == 2, name
    assert counted["careroute_smtp_seconds_count"] == 1
    assert counted["careroute_database_connections"] > 0
    everything = [installation.web.said(), *(worker.said() for worker in installation.workers.values())]
    assert not any(canary in said for said in everything for canary in CANARIES)
    seen = {worker["queues"] for worker in installation.status()["workers"]}
    assert seen == {"route", "notify"}
    assert_no_files_are_left(installation.workers["route"], tmp_path)


def assert_no_files_are_left(worker: Running, folder: Path) -> None:
    """A worker's children count in files of its own: they are there while it runs, and go with it."""
    assert len(list(folder.glob("careroute-worker-*"))) == 2
    assert worker.stop(60) == 0
    assert len(list(folder.glob("careroute-worker-*"))) == 1
