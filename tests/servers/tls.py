"""A TLS proxy in front of a server that doesn't support TLS."""

import socket
import ssl
from contextlib import suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from types import TracebackType
from typing import Self

CHUNK = 65_536


class _Handler(BaseRequestHandler):
    server: "TlsProxy"

    def handle(self) -> None:
        """Complete the TLS handshake, then forward in both directions until either side closes."""
        with (
            suppress(OSError),
            self.server.context.wrap_socket(self.request, server_side=True) as client,
            socket.create_connection(("127.0.0.1", self.server.behind)) as server,
        ):
            self.server.shaken_hands += 1
            answers = Thread(target=_pass_on, args=(server, client), daemon=True)
            answers.start()
            _pass_on(client, server)
            answers.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(CHUNK):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


class TlsProxy(ThreadingTCPServer):
    """Listens on a free port of the loopback interface, on a thread, while its context is open."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, context: ssl.SSLContext, behind: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.context = context
        self.behind = behind
        # The number of clients that have accepted the certificate.
        self.shaken_hands = 0

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self.server_address[1]
        return port

    def __enter__(self) -> Self:
        Thread(target=self.serve_forever, name="tls", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.shutdown()
        self.server_close()
