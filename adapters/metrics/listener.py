"""Telling a worker's numbers over HTTP, on a thread of its main process."""

from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from prometheus_client import CONTENT_TYPE_LATEST

Text = Callable[[], bytes]
# Whoever connects and says nothing is left alone after this long.
SILENCE_SECONDS = 5


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    text: Text


class _Handler(BaseHTTPRequestHandler):
    timeout = SILENCE_SECONDS
    server: _Server

    def do_GET(self) -> None:
        """Every address answers with the numbers."""
        said = self.server.text()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", CONTENT_TYPE_LATEST)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """A line for each look would hide the others."""


def listen(host: str, port: int, text: Text) -> None:
    """Answer from now on, as long as the process lives. Raises OSError where the port can't be had."""
    server = _Server((host, port), _Handler)
    server.text = text
    Thread(target=server.serve_forever, name="metrics", daemon=True).start()
