"""A mail server that takes everything and keeps nothing: `python -m bench.sink PORT`, where there is no smtp-sink.

It does what smtp-sink from Debian's postfix does: it answers every command at once and counts nothing. Its own limit is
measured along with the rest, so that it can be seen whether it was the limit.
"""

import asyncio
import sys
from typing import cast

END_OF_DATA = b"\r\n.\r\n"
ANSWERS = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 10485760\r\n",
    b"HELO": b"250 sink\r\n",
    b"MAIL": b"250 2.1.0 Ok\r\n",
    b"RCPT": b"250 2.1.5 Ok\r\n",
    b"DATA": b"354 End data with <CR><LF>.<CR><LF>\r\n",
    b"RSET": b"250 2.0.0 Ok\r\n",
    b"NOOP": b"250 2.0.0 Ok\r\n",
    b"QUIT": b"221 2.0.0 Bye\r\n",
}
QUEUED = b"250 2.0.0 Ok: queued\r\n"


class Sink(asyncio.Protocol):
    """One connection (RFC 5321, with pipelining as in RFC 2920)."""

    def __init__(self) -> None:
        self._buffer = b""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer every command that is complete."""
        self._buffer += data
        answers = []
        while (answer := self._next()) is not None:
            answers.append(answer)
        if answers:
            self._transport.write(b"".join(answers))
            if answers[-1] is ANSWERS[b"QUIT"]:
                self._transport.close()

    def _next(self) -> bytes | None:
        end = END_OF_DATA if self._in_data else b"\r\n"
        line, found, rest = self._buffer.partition(end)
        if not found:
            return None
        self._buffer = rest
        if self._in_data:
            self._in_data = False
            self.took()
            return QUEUED
        verb = line[:4].upper()
        self._in_data = verb == b"DATA"
        return ANSWERS.get(verb, b"502 5.5.2 Not known\r\n")

    def took(self) -> None:
        """An email was accepted."""


async def serve(port: int) -> None:
    """Take mail until the process ends."""
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port, backlog=512)
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(serve(int(sys.argv[1])))
