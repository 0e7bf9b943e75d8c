"""The services of docker-compose.yml, started by hand in its order with its commands and environments.

No Docker engine runs here: PostgreSQL, Redis and the mail server are those of tests/servers, and only hosts and ports
are replaced.
"""

import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from tests.composition import read_services, start_order
from tests.integration.service.conftest import set_up
from tests.processes import Portal, Running, careroute, listens, wait_for
from tests.servers.ports import free_port
from tests.servers.smtp import ScriptedSmtpServer

GIVEN = {
    "SECRET_KEY": "a long random text of 32 bytes or more",
    "POSTGRES_PASSWORD": "letters",
    "POSTGRES_APP_PASSWORD": "digits",
    "REDIS_PASSWORD": "both",
}
# These are images of others.
SERVERS = {"postgres", "roles", "redis", "mail"}


def environment(service: Mapping[str, Any], folder: Path, servers: Mapping[str, str]) -> dict[str, str]:
    """A service's variables, with the addresses of the servers here; workers share one machine, and so need ports."""
    variables: dict[str, str] = {**service["environment"], **servers, "TMPDIR": str(folder)}
    if "METRICS_PORT" in variables:
        variables |= {"METRICS_PORT": str(free_port()), "METRICS_HOST": "127.0.0.1"}
    return variables


def is_healthy(service: Mapping[str, Any], port: str) -> bool:
    """What the service's own health check says, asking its port on this machine."""
    kind, python, *arguments = service["healthcheck"]["test"]
    assert (kind, python) == ("CMD", "python")
    asked = [part.replace(":8000/", f":{port}/").replace(":9100/", f":{port}/") for part in arguments]
    return subprocess.run([sys.executable, *asked], capture_output=True, check=False, timeout=30).returncode == 0


def test_every_service_starts_in_order_and_a_message_arrives(
    postgres_url: str, broker_url: str, tmp_path: Path
) -> None:
    services = read_services(GIVEN)
    with ScriptedSmtpServer() as relay, ExitStack() as stack:
        servers = {"DATABASE_URL": postgres_url, "BROKER_URL": broker_url, "SMTP_URL": relay.url}
        started: dict[str, tuple[Running, str]] = {}
        portal = Portal(0)
        for name in (one for one in start_order(services) if one not in SERVERS):
            service = services[name]
            variables = environment(service, tmp_path, servers)
            command = list(service["command"])
            if name == "migrate":
                assert careroute(*command, **variables).returncode == 0
                portal = set_up(tmp_path, **variables)
                continue
            port = variables.get("METRICS_PORT", str(portal.port))
            if name == "web":
                command[command.index("--port") + 1] = port
            log = tmp_path / f"{name}.log"
            started[name] = (stack.enter_context(Running(tuple(command), log, variables)), port)
        for name, (process, port) in started.items():
            # Asking costs a process each time, so that it is done once somebody listens.
            wait_for(partial(listens, int(port)), f"{name} to listen", 60)
            wait_for(partial(is_healthy, services[name], port), f"{name} to be healthy", 60)
            assert process.process.poll() is None, name

        status, receipt = portal.write("key-1")
        assert status == 202
        wait_for(lambda: portal.call("GET", f"/v1/messages/{receipt['id']}")[1]["delivered_at"], "the delivery")
        wait_for(lambda: relay.accepted, "the email")

        for process, _ in started.values():
            process.process.terminate()
        for name, (process, _) in started.items():
            grace = int(services[name]["stop_grace_period"].removesuffix("s"))
            assert process.process.wait(grace) == 0, name
    assert careroute("reconcile", **environment(services["web"], tmp_path, servers)).returncode == 0
