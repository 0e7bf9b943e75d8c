"""HTTP/1.1 in which a request that asks for another protocol is one like any other: none is offered (RFC 9110, 7.8).

The parser takes the end of such a request's headers for its end, and its body for the next request: the body is lost,
and what it holds is answered, on a connection that may carry the requests of others behind a proxy.
"""

import httptools
from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

FRAMING = (b"content-length", b"transfer-encoding")


class UninterruptedProtocol(HttpToolsProtocol):
    """One connection. Subclasses give what arrives to `parse`."""

    # The headers of the request that is being read are repeated to a new parser.
    _is_repeating = False

    def parse(self, data: bytes) -> None:
        """Give the parser what arrived. Raises HttpParserError."""
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as interrupted:
                data = data[interrupted.args[0] :]
                if self.is_interrupted():
                    self._go_on_with_body()
            else:
                return

    def is_interrupted(self) -> bool:
        """Whether the parser ends the request before its body."""
        return self.parser.should_upgrade() and bool(self._framing())

    def _framing(self) -> list[tuple[bytes, bytes]]:
        """The headers that say how the body ends; none where there is no body."""
        return [(name, value) for name, value in self.headers if name in FRAMING and value.strip() != b"0"]

    def _go_on_with_body(self) -> None:
        """Let a new parser, which is given only the headers that frame the body, read it and whatever follows."""
        headers = b"".join(b"%s: %s\r\n" % header for header in self._framing())
        self.parser = httptools.HttpRequestParser(self)
        self._is_repeating = True
        try:
            self.parser.feed_data(b"POST / HTTP/1.1\r\n%s\r\n" % headers)
        finally:
            self._is_repeating = False

    @override
    def on_message_begin(self) -> None:
        if not self._is_repeating:
            super().on_message_begin()

    @override
    def on_url(self, url: bytes) -> None:
        if not self._is_repeating:
            super().on_url(url)

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._is_repeating:
            super().on_header(name, value)

    @override
    def on_headers_complete(self) -> None:
        if not self._is_repeating:
            super().on_headers_complete()
