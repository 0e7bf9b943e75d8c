"""PgBouncer, from the system's package, in front of a PostgreSQL."""

import os
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import psycopg

from tests.servers.installation import UNPRIVILEGED
from tests.servers.postgres import CONNECT_SECONDS, PostgresServer
from tests.servers.server import Server

PoolMode = Literal["session", "transaction", "statement"]
# Debian installs it to /usr/sbin, which isn't on every user's PATH.
BINARY = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MISSING = "pgbouncer is not installed (apt-get install pgbouncer)"


class PgBouncer(Server):
    """A PgBouncer in a folder of its own, with its default configuration except for the pool mode."""

    stop_signal = signal.SIGTERM
    immediate_signal = signal.SIGTERM

    def __init__(self, folder: Path, behind: PostgresServer, mode: PoolMode) -> None:
        folder.mkdir()
        super().__init__(folder)
        self._behind = behind
        self._mode = mode
        if os.geteuid() == 0:
            # It refuses to run as root.
            self.user = UNPRIVILEGED
            shutil.chown(folder, self.user)

    def command(self) -> Sequence[str | Path]:
        """See Server."""
        assert BINARY is not None
        configuration = self.folder / "pgbouncer.ini"
        configuration.write_text(
            "[databases]\n"
            f"* = host=127.0.0.1 port={self._behind.port} user=postgres\n"
            "[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\n"
            f"auth_type = any\npool_mode = {self._mode}\n"
        )
        return [BINARY, configuration]

    def answers(self) -> bool:
        """See Server."""
        try:
            psycopg.connect(self.url("postgres").replace("+psycopg", ""), connect_timeout=CONNECT_SECONDS).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, database: str) -> str:
        """The URL of one of the databases behind it."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"
