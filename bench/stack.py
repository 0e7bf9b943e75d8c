"""The servers that a benchmark runs on, and Careroute's and the peer's processes, all started here."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psycopg

from tests.servers.installation import Installation, find_installation
from tests.servers.ports import free_port
from tests.servers.postgres import PostgresServer
from tests.servers.server import guarded_folder
from tests.servers.valkey import ValkeyServer
from tests.servers.waiting import wait_until

ROOT = Path(__file__).resolve().parent.parent
FROZEN = ROOT / "bench" / "frozen"
START_SECONDS = 60
STOP_SECONDS = 60
# More log than an import of 200,000 patients writes, in files of 16 MB.
LOG_FILES = 128


class DurablePostgres(PostgresServer):
    """PostgreSQL with fsync and synchronous_commit on, and memory and a log as an installation would have them."""

    def __init__(self, folder: Path, installation: Installation) -> None:
        super().__init__(folder, installation, durable=True)
        # Tests have a log in segments of 1 MB, which also are the most that it buffers; by default both are 16 MB.
        command: list[str | Path] = [installation.binary("pg_resetwal"), "--wal-segsize", "16", folder]
        subprocess.run(command, check=True, user=self.user, stdout=subprocess.DEVNULL)

    def command(self) -> Sequence[str | Path]:
        """See Server."""
        log = {"min_wal_size": "2GB", "max_wal_size": "4GB", "checkpoint_timeout": "30min"}
        more = {"shared_buffers": "512MB"} | log
        return [*super().command(), *(word for name, value in more.items() for word in ("-c", f"{name}={value}"))]

    def recycle_log(self) -> None:
        """Have as many files of the log ready to be written again as a server in service has (`min_wal_size`).

        Making one takes 50 to 200 ms, in which nobody can commit; a server makes few once it has run for a day.
        """
        with psycopg.connect(self.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
            for _ in range(LOG_FILES):
                connection.execute("select pg_logical_emit_message(false, 'bench', ''), pg_switch_wal()")
            connection.execute("checkpoint")


@dataclass(frozen=True, slots=True)
class Stack:
    """The servers, and the folder for logs."""

    postgres: DurablePostgres
    valkey: ValkeyServer
    sink_port: int
    folder: Path
    installation: Installation

    def environment(self, database: str, broker: int, *, smtp_port: int | None = None) -> dict[str, str]:
        """What Careroute's processes and the peer's are told."""
        relay = smtp_port or self.sink_port
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "SMTP_"))}
        return ours | {
            "PYTHONPATH": f"{ROOT}:{FROZEN}",
            "DATABASE_URL": self.postgres.url(database),
            "BROKER_URL": self.valkey.url(broker),
            "SMTP_URL": f"smtp://127.0.0.1:{relay}",
            "SMTP_PORT": str(relay),
            # Counted, and never reached: one key writes for one patient, as fast as it can.
            "REQUESTS_BY_KEY": "1000000000",
            "REQUESTS_BY_PATIENT": "1000000000",
            "SECRET_KEY": "only-for-benchmarks-0123456789abcdef",
            "LOG_LEVEL": "ERROR",
        }

    @contextmanager
    def process(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> Iterator[int]:
        """A process that ends with this context; yields its id."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *command], env=environment, stdout=log, stderr=log, cwd=ROOT, start_new_session=True
            )
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def careroute(self, name: str, *arguments: str, environment: Mapping[str, str]) -> AbstractContextManager[int]:
        """One of Careroute's processes."""
        return self.process(name, ["-m", "config.command", *arguments], environment)


@contextmanager
def stack() -> Iterator[Stack]:
    """Start PostgreSQL, Valkey and a mail server that keeps nothing."""
    with ExitStack() as exits:
        folder = exits.enter_context(guarded_folder())
        installation = find_installation()
        postgres = DurablePostgres(folder / "postgres", installation)
        valkey = ValkeyServer(folder / "valkey")
        for server in (postgres, valkey):
            server.start()
            exits.callback(server.stop, immediate=True)
        logs = folder / "logs"
        logs.mkdir()
        port = free_port()
        made = Stack(postgres, valkey, port, logs, installation)
        exits.enter_context(_sink(made, port))
        yield made


@contextmanager
def _sink(made: Stack, port: int) -> Iterator[None]:
    postfix = shutil.which("smtp-sink") or shutil.which("smtp-sink", path="/usr/sbin")
    if postfix:
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        with subprocess.Popen([postfix, *user, f"127.0.0.1:{port}", "512"]) as process:
            wait_until(lambda: listens(port), START_SECONDS, "smtp-sink listens")
            yield
            process.terminate()
        return
    with made.process("sink", ["-m", "bench.sink", str(port)], {**os.environ, "PYTHONPATH": str(ROOT)}):
        wait_until(lambda: listens(port), START_SECONDS, "the sink listens")
        yield


def listens(port: int) -> bool:
    """Whether anybody takes connections on this port."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def is_ready(port: int) -> bool:
    """Whether Careroute can accept."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's own number.
    except OSError:
        return False
