"""A TCP server that answers every request with garbage: malformed RESP, RESP errors, or other protocols."""

from collections.abc import Sequence
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from types import TracebackType
from typing import Self

NONSENSE = (
    b"HTTP/1.1 400 Bad Request\r\n\r\n",
    b"\xff\xfe\x00\r\n",
    b":many\r\n",
    b"$-7\r\n",
    b"$5\r\nlonger than five\r\n",
    b"*3\r\n+one\r\n:2\r\n$-1\r\n",
    b"*2\r\n$5\r\nwrong\r\n$2\r\n{}\r\n",
    b"%1\r\n$1\r\na\r\n*0\r\n",
    b"*1\r\n" * 2_000 + b":1\r\n",
    b"-MISCONF Errors writing to the AOF file\r\n",
    b"-LOADING the dataset is being loaded\r\n",
    b"-NOAUTH Authentication required.\r\n",
    b"-\r\n",
    b"\r\n",
)


class _Handler(BaseRequestHandler):
    server: "GarbageServer"

    def handle(self) -> None:
        """Answer each read with one piece of garbage, until the client hangs up."""
        try:
            while self.request.recv(65_536):
                self.request.sendall(self.server.next_nonsense())
        except OSError:
            return


class GarbageServer(ThreadingTCPServer):
    """Listens on a port of the loopback interface, on a thread, while its context is open."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, nonsense: Sequence[bytes] = NONSENSE) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self._nonsense = nonsense
        # The number of answers so far.
        self.answered = 0

    def next_nonsense(self) -> bytes:
        """The next piece, round robin."""
        self.answered += 1
        return self._nonsense[self.answered % len(self._nonsense)]

    def __enter__(self) -> Self:
        Thread(target=self.serve_forever, name="garbage", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.shutdown()
        self.server_close()
