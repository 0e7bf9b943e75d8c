"""nginx, on another loopback address, and Caddy in front: each person behind them is counted as one, and only then."""

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from limits import RateLimitItemPerMinute

from adapters.database import schema
from adapters.http.pages.kit import attempts
from config.settings import read_settings
from config.wiring.service import Service
from tests.processes import listens, wait_for
from tests.servers.ports import free_port

# The addresses that they connect from: nginx can choose one of its own, Caddy 2.6 has the machine's.
PROXIES = {"nginx": "127.0.0.2", "caddy": "127.0.0.1"}
TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
WRONG, WAIT = 401, 429

NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1; user root;
events {{}}
http {{
  access_log off; client_body_temp_path {folder}; proxy_temp_path {folder};
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{behind};
      proxy_bind {proxy};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
  }}
}}
"""
CADDY = """
{{
  admin off
  auto_https off
  storage file_system {folder}
}}
http://127.0.0.1:{port} {{
  reverse_proxy 127.0.0.1:{behind}
}}
"""
COMMANDS = {
    "nginx": (NGINX, ["-c", "{file}", "-p", "{folder}", "-e", "{folder}/error.log"]),
    "caddy": (CADDY, ["run", "--adapter", "caddyfile", "--config", "{file}"]),
}


@contextmanager
def serving(folder: Path, trusted: str) -> Iterator[int]:
    """The web side of `careroute run` on a thread; yields its port."""
    made = {"database_url": None, "broker_url": None, "smtp_url": None, "secret_key": None}
    settings = read_settings(made | {"careroute_data_dir": folder / "data", "trusted_proxies": trusted})
    port = free_port()
    service = Service(settings, "127.0.0.1", port)
    schema.migrate(service.database.engine)
    thread = threading.Thread(target=service.server.run, daemon=True)
    thread.start()
    try:
        wait_for(lambda: listens(port), "the service")
        yield port
    finally:
        service.server.should_exit = True
        thread.join(10)
        service.database.engine.dispose()


@contextmanager
def proxying(name: str, folder: Path, behind: int) -> Iterator[int]:
    """A proxy in front of it, which connects from an address of its own; yields its port."""
    program = shutil.which(name) or shutil.which(f"/usr/sbin/{name}")
    if program is None:
        pytest.skip(f"there is no {name}: apt-get install {name}")
    template, arguments = COMMANDS[name]
    port, file = free_port(), folder / f"{name}.conf"
    file.write_text(template.format(folder=folder, port=port, behind=behind, proxy=PROXIES[name]))
    command = [program, *(argument.format(file=file, folder=folder) for argument in arguments)]
    with (folder / "said").open("wb") as said, subprocess.Popen(command, stdout=said, stderr=said) as process:
        try:
            wait_for(lambda: listens(port), f"{name} to listen", 120)
            yield port
        finally:
            process.terminate()


def try_from(address: str, port: int, person: str, **headers: str) -> int:
    """Try a wrong password from this address, in a browser of its own; returns the status."""
    transport = httpx2.HTTPTransport(local_address=address)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    with httpx2.Client(transport=transport, base_url=f"http://127.0.0.1:{port}", headers=sent, timeout=60) as browser:
        token = TOKEN.search(browser.get("/sign-in").text)
        assert token
        fields = {"csrf": token[1], "practice": "clinic", "person": person, "password": "a wrong password"}
        return browser.post("/sign-in", data=fields).status_code


@pytest.fixture(autouse=True)
def _limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "LIMIT", RateLimitItemPerMinute(2, 10))


@pytest.mark.parametrize("name", COMMANDS)
def test_people_behind_a_trusted_proxy_are_counted_apart(name: str, tmp_path: Path) -> None:
    with serving(tmp_path, PROXIES[name]) as behind, proxying(name, tmp_path, behind) as port:
        assert [try_from("127.0.0.11", port, person) for person in ("ann", "ben", "cy")] == [WRONG, WRONG, WAIT]

        assert try_from("127.0.0.12", port, "dee") == WRONG
        # What a client says of itself stands further left than what the proxy says.
        assert try_from("127.0.0.11", port, "eve", X_Forwarded_For="203.0.113.9") == WAIT


@pytest.mark.parametrize("name", COMMANDS)
def test_a_proxy_that_is_not_trusted_is_one_address_and_is_told_once(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with serving(tmp_path, "") as behind, proxying(name, tmp_path, behind) as port:
        assert [try_from(f"127.0.0.1{number}", port, "ann") for number in range(2)] == [WRONG, WRONG]
        assert try_from("127.0.0.13", port, "ben") == WAIT

    assert "".join(capfd.readouterr()).count("forwarded headers ignored") == 1


def test_nobody_on_this_machine_is_believed_to_be_elsewhere(tmp_path: Path) -> None:
    """The web server's own default believes X-Forwarded-For of anybody who connects from 127.0.0.1."""
    with serving(tmp_path, "") as port:
        tries = [
            try_from("127.0.0.1", port, f"p{number}", X_Forwarded_For=f"203.0.113.{number}") for number in range(3)
        ]

    assert tries == [WRONG, WRONG, WAIT]
