"""The demo from its first line to its last."""

import secrets
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from config.demo import sample
from config.demo.afternoon import live_through
from config.demo.client import Client
from config.demo.report import collect, print_report
from config.demo.watch import Watch
from config.errors import SettingsError
from config.logging import configure_logging
from config.settings import Settings, given, read_settings
from config.wiring.command import flows_on
from config.wiring.listening import base_url
from config.wiring.service import Service
from router.actors import COMMAND, Scope

SETTLE_SECONDS = 60
START_SECONDS = 15
OPERATOR = "operator"
WATCH_SECONDS = 5.0
DATA_DIR = "CAREROUTE_DATA_DIR"
# What the demo brings with it, whatever the environment says.
BROUGHT = ("DATABASE_URL", "BROKER_URL", "CELERY_BROKER_URL", "REDIS_URL", "SMTP_URL")


def run_demo(host: str, port: int, *, once: bool) -> int:
    """Run it; returns the exit code: 0 only if everything arrived. Raises SettingsError."""
    console = Console(highlight=False)
    with _data_folder() as folder:
        settings = demo_settings(folder, base_url(host, port or 8000))
        configure_logging("ERROR")
        with Service(settings, host, port, mail=True) as service, _serving(service) as base:
            console.print(f"Careroute runs at {base}, its data in {folder}.", soft_wrap=True, markup=False)
            unused = given(*BROUGHT)
            if unused:
                said = f"The demo brings its own database, broker and mail server. Not used: {', '.join(unused)}."
                console.print(said, soft_wrap=True)
            practice, key = _prepare(service)
            client = Client(base, key)
            receipts = _send(console, client, service)
            _settle(client)
            afternoon = live_through(client, flows_on(service.settings, service.database).operations.ready())
            _settle(client)
            outcome = collect(client, [*receipts, *afternoon.receipts], service)
            print_report(console, outcome, afternoon)
            if once:
                return 0 if outcome.complete else 1
            _print_addresses(console, base, practice, key, service)
            watched = Watch(console, client, base, outcome.climbs_next)
            _wait_for_signal(console, watched)
    return 0


@contextmanager
def _data_folder() -> Iterator[Path]:
    """The folder of CAREROUTE_DATA_DIR, which stays afterwards, or else one of its own, which goes.

    Raises SettingsError where the folder has something in it: the demo would write over somebody's practice.
    """
    named = given(DATA_DIR).get(DATA_DIR)
    if named is None:
        with tempfile.TemporaryDirectory(prefix="careroute-demo-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
        return
    try:
        is_used = Path(named).exists() and any(Path(named).iterdir())
    except OSError as error:
        raise SettingsError(f"CAREROUTE_DATA_DIR can't be read: {error.strerror}") from None
    if is_used:
        raise SettingsError("CAREROUTE_DATA_DIR is not empty; the demo needs a new or an empty folder")
    yield Path(named)


def demo_settings(folder: Path, public_url: str) -> Settings:
    """The embedded engine in a fresh folder, whatever the environment says."""
    fresh: dict[str, object] = {
        "database_url": None,
        "broker_url": None,
        "smtp_url": None,
        "careroute_data_dir": folder,
    }
    said: dict[str, object] = {
        "mail_from": "no-reply@willow-creek.example",
        "public_url": public_url,
        "log_level": "ERROR",
    }
    return read_settings(fresh | said)


@contextmanager
def _serving(service: Service) -> Iterator[str]:
    """Serve on a thread of its own; yields the address."""
    thread = threading.Thread(target=service.server.run, name="web", daemon=True)
    thread.start()
    deadline = monotonic() + START_SECONDS
    while not service.server.started:
        if not thread.is_alive() or monotonic() > deadline:
            raise SystemExit("careroute: the port is in use; choose another with --port")
        thread.join(0.02)
    host, port = service.server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield base_url(host, port)
    finally:
        service.server.should_exit = True
        thread.join(10)


def _prepare(service: Service) -> tuple[str, str]:
    """Make the practice and a key for everything."""
    flows = flows_on(service.settings, service.database)
    practice = sample.load("practice")
    flows.roster.create_practice(practice["id"], practice["name"], practice["time_zone"], COMMAND)
    _, key = flows.keys.create(practice["id"], list(Scope), COMMAND)
    return practice["name"], key


def _send(console: Console, client: Client, service: Service) -> list[Any]:
    """Set the practice up and write all sample messages, over HTTP."""
    client.put("/v1/roster", sample.load("roster"))
    for staff, absence in sample.absences(flows_on(service.settings, service.database).operations.ready()):
        client.put(f"/v1/staff/{staff}/absence", absence)
    client.put("/v1/messaging", sample.load("messaging"), If_Match='"0"')
    messages = sample.load("messages")
    receipts = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as progress:
        for message in progress.track(messages, description="Patients write"):
            key = message.pop("idempotency_key")
            receipts.append(client.post("/v1/messages", message, Idempotency_Key=key))
    return receipts


def _settle(client: Client) -> None:
    """Wait until nothing is under way any more."""
    pause, deadline = threading.Event(), monotonic() + SETTLE_SECONDS
    while any(queue["waiting"] for queue in client.get("/v1/ops/backlog")["queues"]) and monotonic() < deadline:
        pause.wait(0.1)


def _make_sign_ins(service: Service) -> list[str]:
    """Passwords for the administrator, a nurse and an operator, as lines to print; made up anew each time."""
    flows, practice = flows_on(service.settings, service.database), sample.load("practice")["id"]
    lines = []
    for staff, what in (("olivia-hart", "portal administrator"), ("nisha-patel", "nurse")):
        password = secrets.token_urlsafe(12)
        flows.sign_in.set_password(practice, staff, password, COMMAND)
        lines.append(f"practice {practice}, staff id {staff}, password {password}   ({what})")
    password = secrets.token_urlsafe(12)
    flows.sign_in.create_operator(OPERATOR, password, COMMAND)
    return [*lines, f"practice left empty, name {OPERATOR}, password {password}   (operator, for /ops)"]


def _print_addresses(console: Console, base: str, practice: str, key: str, service: Service) -> None:
    console.print(f"\n[bold]{practice} is still running.[/bold] Open:")
    console.print(f"  {base}/sign-in          the pages, with one of these:", soft_wrap=True)
    for line in _make_sign_ins(service):
        console.print(f"    {line}", soft_wrap=True, markup=False)
    console.print(f"  {service.mail_link(base)}          the emails that were caught, links and all", soft_wrap=True)
    console.print(f"  {base}/docs  every call, to try out", soft_wrap=True)
    console.print(f"  {base}/v1/staff/olivia-hart/inbox          an inbox, with the key below", soft_wrap=True)
    console.print(f"  {base}/metrics          for Prometheus", soft_wrap=True)
    console.print(f"The key, for all scopes: {key}", soft_wrap=True)


def _wait_for_signal(console: Console, watched: Watch) -> None:
    """Say what the ladder does meanwhile."""
    console.print("Stop with Ctrl-C.")
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    while not stopped.wait(WATCH_SECONDS):
        watched.look()
