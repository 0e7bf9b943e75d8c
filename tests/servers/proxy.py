"""A TCP proxy that delays, halves, stalls and resets what goes through it, also while it runs.

It is a process of its own, `python -m tests.servers.proxy PORT`, so that the tests' own threads don't slow it down. It
prints its port, reads the name of a line's quality from standard input, and ends with that input.
"""

import asyncio
import subprocess
import sys
from asyncio import StreamReader, StreamWriter
from enum import StrEnum
from types import TracebackType
from typing import Self

CHUNK_BYTES = 65_536
DELAY_SECONDS = 0.05
BACKLOG = 4_096


class Line(StrEnum):
    """What becomes of each piece that one side sends."""

    GOOD = "good"
    # It arrives a little later.
    SLOW = "slow"
    # Its first half arrives, then both sides lose the connection.
    HALVED = "halved"
    # It arrives when the line is another one.
    STALLED = "stalled"
    # It doesn't arrive, and both sides lose the connection.
    RESET = "reset"


class TcpProxy:
    """Runs while its context is open; everything that connects to `port` reaches `upstream`, a port on loopback."""

    def __init__(self, upstream: int) -> None:
        self._upstream = upstream
        self.port = 0

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", __name__, str(self._upstream)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self.port = int(self._ask())
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def become(self, line: Line) -> None:
        """Change the line, for connections that are open too; it has changed when this returns."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line.value}\n")
        self._process.stdin.flush()
        self._ask()

    def _ask(self) -> str:
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        assert answer, "the proxy has ended"
        return answer


class _Proxy:
    """What the process does."""

    def __init__(self, upstream: int) -> None:
        self._upstream = upstream
        self._line = Line.GOOD
        self._moves = asyncio.Event()
        self._moves.set()

    async def run(self) -> None:
        """Forward connections until standard input ends."""
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0, backlog=BACKLOG)
        _say(str(server.sockets[0].getsockname()[1]))
        commands = StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
        while command := await commands.readline():
            self._line = Line(command.decode().strip())
            (self._moves.clear if self._line is Line.STALLED else self._moves.set)()
            _say(self._line.value)

    async def _connect(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._upstream)
        except OSError:
            writer.transport.abort()
            return
        await asyncio.gather(self._forward(reader, far_writer, writer), self._forward(far_reader, writer, far_writer))

    async def _forward(self, reader: StreamReader, writer: StreamWriter, back: StreamWriter) -> None:
        """Carry one direction until it ends; `back` is the other direction's."""
        try:
            while piece := await reader.read(CHUNK_BYTES):
                if not await self._carry(piece, writer):
                    back.transport.abort()
                    writer.transport.abort()
                    return
            writer.write_eof()
        except OSError:
            writer.transport.abort()

    async def _carry(self, piece: bytes, writer: StreamWriter) -> bool:
        """Whether the connection goes on after this piece."""
        await self._moves.wait()
        match self._line:
            case Line.SLOW:
                await asyncio.sleep(DELAY_SECONDS)
            case Line.HALVED:
                writer.write(piece[: len(piece) // 2])
                await writer.drain()
                return False
            case Line.RESET:
                return False
        writer.write(piece)
        await writer.drain()
        return True


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_Proxy(int(sys.argv[1])).run())
