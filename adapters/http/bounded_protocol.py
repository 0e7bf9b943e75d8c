"""HTTP/1.1 with bounds on what a client may send and how long it may take (docs/decisions/0053).

No timer runs for each connection: the server calls `check` on all of them once a second.
"""

import asyncio
from enum import Enum, auto
from typing import Any

import httptools
from typing_extensions import override
from uvicorn.config import Config
from uvicorn.protocols.utils import get_remote_addr
from uvicorn.server import ServerState

from adapters.http.connections import Connections
from adapters.http.uninterrupted_protocol import UninterruptedProtocol
from adapters.http.wire_refusals import (
    BODY_TOO_SLOW,
    HEADER_TOO_LARGE,
    HEADER_TOO_SLOW,
    LINE_TOO_LONG,
    NOT_HTTP,
    WireRefusal,
)

LINE_BYTES = 8 * 1024
# Request line, names and values together; also what may come between two parts of a body.
HEADER_BYTES = 32 * 1024
HEADER_FIELDS = 100
# From the first byte of a request to the end of its headers.
HEADER_SECONDS = 10
# A body may take this long, and one second longer for each so many bytes that have arrived.
BODY_SECONDS = 30
BODY_BYTES_A_SECOND = 10 * 1024
# A client that takes nothing of an answer for so long is gone.
TAKE_SECONDS = 60
# For the peer to take the last answer of a connection that is being closed.
CLOSE_SECONDS = 5


class Phase(Enum):
    """What a connection waits for."""

    # For the first byte of a request.
    IDLE = auto()
    HEADER = auto()
    BODY = auto()


class BoundedProtocol(UninterruptedProtocol):
    """One connection."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        counted_in: Connections,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._counted_in = counted_in
        self._peer = ""
        self._is_counted = False
        # The connection is being closed: what still arrives is ignored.
        self._is_ended = False
        # What a callback of the parser found wrong; the parser itself raises an error of its own.
        self._refusal = NOT_HTTP
        # A connection that has had an answer is closed by uvicorn's own timer when it rests.
        self._has_asked = False
        self._phase = Phase.IDLE
        # When the phase began (loop time in seconds).
        self._since = self.loop.time()
        self._header_bytes = self._header_fields = self._body_bytes = self._framing_bytes = 0
        self._unsent_bytes = 0
        self._stalled_seconds = 0.0

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as its parent.
        remote = get_remote_addr(transport)
        self._peer = remote[0] if remote else ""
        refusal = self._counted_in.open(self._peer)
        self._is_counted = refusal is None
        super().connection_made(transport)
        if refusal is not None:
            self._end(refusal)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._is_counted:
            self._counted_in.close(self._peer)
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        if self._is_ended:
            return
        self._unset_keepalive_if_required()
        if self._phase is Phase.IDLE:
            self._begin_header()
        try:
            self._feed(data)
        except httptools.HttpParserError:
            self._end(self._refusal)

    def _feed(self, data: bytes) -> None:
        """Give the parser what arrived. Raises HttpParserError, or what is wrong was set by `_end`."""
        while data and self._phase is Phase.HEADER:
            part = data[: HEADER_BYTES - self._header_bytes]
            data = data[len(part) :]
            self._header_bytes += len(part)
            self.parse(part)
            if self._phase is Phase.HEADER and self._header_bytes >= HEADER_BYTES:
                self._end(HEADER_TOO_LARGE)
                return
        if data:
            before = self._body_bytes
            self.parse(data)
            # Extensions of chunks, and trailers, which the parser collects without end.
            self._framing_bytes = 0 if self._body_bytes != before else self._framing_bytes + len(data)
            if self._phase is Phase.BODY and self._framing_bytes > HEADER_BYTES:
                self._end(HEADER_TOO_LARGE)

    def _begin_header(self) -> None:
        self._phase = Phase.HEADER
        self._since = self.loop.time()
        self._header_bytes = self._header_fields = 0

    @override
    def on_message_begin(self) -> None:
        # The next request of several that came together.
        if self._phase is not Phase.HEADER:
            self._begin_header()
        super().on_message_begin()

    @override
    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > LINE_BYTES:
            self._refuse(LINE_TOO_LONG)

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        # Trailers come here as well.
        self._header_fields += 1
        if self._header_fields > HEADER_FIELDS:
            self._refuse(HEADER_TOO_LARGE)
        super().on_header(name, value)

    def _refuse(self, refusal: WireRefusal) -> None:
        """End the parser's work from within one of its callbacks."""
        self._refusal = refusal
        raise ValueError(refusal.reason)

    @override
    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._has_asked = True
        self._phase = Phase.BODY
        self._since = self.loop.time()
        self._body_bytes = self._framing_bytes = 0

    @override
    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        super().on_body(body)

    @override
    def on_message_complete(self) -> None:
        if self.is_interrupted():
            return
        self._phase = Phase.IDLE
        super().on_message_complete()

    def check(self, now: float, elapsed: float) -> None:
        """Cut the connection where its client takes too long; `elapsed` seconds have passed since the last call."""
        waited = now - self._since
        if self._is_ended:
            if waited > CLOSE_SECONDS:
                self.transport.abort()
            return
        match self._phase:
            case Phase.IDLE if not self._has_asked and waited > self.timeout_keep_alive:
                self.transport.close()
            case Phase.HEADER if not self._is_answering() and waited > HEADER_SECONDS:
                self._end(HEADER_TOO_SLOW)
            case Phase.BODY:
                self._check_body(waited, elapsed)
        self._check_taking(elapsed)

    def _is_answering(self) -> bool:
        """Whether a request is being handled."""
        return self.cycle is not None and not self.cycle.response_complete

    def _check_body(self, waited: float, elapsed: float) -> None:
        if self.flow.read_paused:
            # Careroute has not taken what is there yet.
            self._since += elapsed
            return
        # Once it is answered, nobody reads the rest.
        arrived = self._body_bytes if self._is_answering() else 0
        if waited > BODY_SECONDS + arrived / BODY_BYTES_A_SECOND:
            self._end(BODY_TOO_SLOW)

    def _check_taking(self, elapsed: float) -> None:
        """Give up a client that has stopped reading its answer."""
        unsent, before = self.transport.get_write_buffer_size(), self._unsent_bytes
        self._unsent_bytes = unsent
        self._stalled_seconds = self._stalled_seconds + elapsed if unsent and unsent >= before else 0
        if self._stalled_seconds > TAKE_SECONDS:
            self._counted_in.ended("answer not taken")
            self.transport.abort()

    def _end(self, refusal: WireRefusal) -> None:
        """Answer with a refusal, unless an answer has begun, and close the connection."""
        may_answer = self._may_answer()
        self._is_ended = True
        self._since = self.loop.time()
        self._counted_in.ended(refusal.reason)
        self.pipeline.clear()
        if may_answer:
            self.transport.write(refusal.response)
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()

    def _may_answer(self) -> bool:
        """Whether the next answer that the client expects is that to the request being read."""
        if self._phase is Phase.BODY and self._is_answering():
            return not self.cycle.response_started and not self.pipeline
        return self._phase is not Phase.BODY and not self._is_answering()
