"""A mail server on loopback that misbehaves as a test tells it, also while it runs."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from threading import Event
from time import monotonic
from types import TracebackType
from typing import Self, cast
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from adapters.email.listener import Listener

POLL_SECONDS = 0.005


@dataclass
class Script:
    """What the server does; an answer is a line such as `451 4.3.0 later`, and None is what a good server says."""

    greeting: str | None = None
    # So many connections at a time; one more is told 421.
    connections: int | None = None
    mail_from: str | None = None
    recipients: dict[str, str] = field(default_factory=dict)
    after_data: str | None = None
    # The email is taken and recorded, but the client never learns it.
    drop_after_data: bool = False
    # Hold the answer after DATA until the server's `release` is set.
    hold_after_data: bool = False
    # Connections are accepted, and nothing is said any more.
    silent: bool = False
    # Seconds between one byte and the next.
    trickle: float | None = None
    # Whether commands may come together (RFC 2920).
    pipelining: bool = False
    # Whether addresses may be beyond ASCII (RFC 6531).
    smtputf8: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """An email that the server took."""

    message_id: str
    recipient: str
    content: bytes


class ScriptedSmtpServer:
    """Runs on a thread; `stop` and `start` keep the port, and a stopped server refuses connections."""

    def __init__(
        self,
        script: Script | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
        users: Mapping[str, str] | None = None,
    ) -> None:
        self.script = script or Script()
        self.accepted: list[Accepted] = []
        # How many connections there were, and the commands MAIL and RCPT that were heard.
        self.connected = 0
        self.commands: list[str] = []
        self.release = Event()
        self.port = 0
        self.users = users
        self.starttls = None if implicit_tls else tls
        self.open: set[_Protocol] = set()
        # What TLS runs over, which its connection may have lost sight of while the last bytes wait for the client.
        self.lines: WeakSet[asyncio.WriteTransport] = WeakSet()
        self.loop: asyncio.AbstractEventLoop | None = None
        self._listener = Listener(lambda: _Protocol(self), tls if implicit_tls else None)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> int:
        """Listen, on the same port as before; returns it."""
        self.port = self._listener.start(self.port)
        return self.port

    def stop(self) -> None:
        """Drop every connection and refuse new ones."""
        loop, self.loop = self.loop, None
        if loop is not None:
            loop.call_soon_threadsafe(self._cut)
        self._listener.stop()
        # What didn't come to hear of its end has gone with the event loop.
        self.open.clear()

    def _cut(self) -> None:
        for line in list(self.lines):
            line.abort()

    @property
    def url(self) -> str:
        """How to send to it without TLS."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def message_ids(self) -> list[str]:
        """Of everything accepted, in order."""
        return [email.message_id for email in self.accepted]

    def hush(self) -> None:
        """Say nothing more on the connections that are open, as if the network between had forgotten them."""
        for one in self.open:
            one.hushed = True

    def hang_up(self) -> None:
        """Drop every connection that there is now, whatever it is in the middle of; new ones are welcome."""
        for one in list(self.open):
            one.loop.call_soon_threadsafe(one.leave, None)

    def close_idle(self, farewell: str | None = "421 4.4.2 idle too long") -> None:
        """Close every connection as servers do with idle ones, with or without a word, and wait until it is done."""
        for one in list(self.open):
            one.loop.call_soon_threadsafe(one.leave, farewell)
        until(lambda: not self.open)


def until(condition: Callable[[], bool], seconds: float = 5) -> None:
    """Wait for a condition. Raises TimeoutError when it isn't met in time."""
    deadline, waiting = monotonic() + seconds, Event()
    while not condition():
        if monotonic() > deadline:
            raise TimeoutError("the condition was not met in time")
        waiting.wait(POLL_SECONDS)


class _Protocol(SMTP):
    """One connection."""

    def __init__(self, server: ScriptedSmtpServer) -> None:
        self._server = server
        self.crowded = False
        self.hushed = False
        super().__init__(
            _Handler(server),
            hostname="localhost",
            tls_context=server.starttls,
            auth_require_tls=False,
            authenticator=self._log_in,
            auth_exclude_mechanism=() if server.users else ("PLAIN", "LOGIN"),
            loop=asyncio.get_running_loop(),
            enable_SMTPUTF8=server.script.smtputf8,
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self not in self._server.open:
            limit = self._server.script.connections
            self.crowded = limit is not None and sum(not one.crowded for one in self._server.open) >= limit
            self._server.connected += 1
            self._server.open.add(self)
            self._server.lines.add(cast("asyncio.WriteTransport", transport))
            self._server.loop = self.loop
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._server.open.discard(self)
        super().connection_lost(error)

    def leave(self, farewell: str | None) -> None:
        """Close from the server's side."""
        if isinstance(self.transport, asyncio.WriteTransport):
            if farewell:
                self.transport.write(f"{farewell}\r\n".encode())
            self.transport.close()

    async def _handle_client(self) -> None:
        script = self._server.script
        refusal = "421 4.3.2 too many connections" if self.crowded else script.greeting
        if refusal is None:
            await super()._handle_client()
        else:
            await self.push(refusal)
            self.leave(None)

    async def push(self, status: object) -> None:
        """Say something, in the manner of the script."""
        script = self._server.script
        if script.silent or self.hushed:
            await asyncio.get_running_loop().create_future()
        trickle = script.trickle
        if trickle is None:
            await super().push(cast("str", status))
            return
        for byte in cast("str", status).encode("ascii") + b"\r\n":
            cast("asyncio.WriteTransport", self.transport).write(bytes([byte]))
            await asyncio.sleep(trickle)

    def _log_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
    ) -> AuthResult:
        given = cast("LoginPassword", data)
        users = self._server.users or {}
        success = users.get(given.login.decode()) == given.password.decode()
        # Not handled: aiosmtpd itself shall say 535.
        return AuthResult(success=success, handled=False)


class _Handler:
    """What aiosmtpd asks at each step."""

    def __init__(self, server: ScriptedSmtpServer) -> None:
        self._server = server

    async def handle_EHLO(  # noqa: N802 - so aiosmtpd calls it.
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return ["250-PIPELINING", *responses] if self._server.script.pipelining else responses

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self._server.commands.append(f"MAIL {address}")
        answer = self._server.script.mail_from
        if answer is None:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self._server.commands.append(f"RCPT {address}")
        answer = self._server.script.recipients.get(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        script = self._server.script
        if script.after_data is not None:
            return script.after_data
        content = cast("bytes", envelope.content)
        message_id = str(BytesHeaderParser().parsebytes(content)["Message-ID"])
        self._server.accepted += [Accepted(message_id, recipient, content) for recipient in envelope.rcpt_tos]
        # The event belongs to the thread of the test.
        while script.hold_after_data and not self._server.release.is_set():  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)
        if script.drop_after_data:
            cast("asyncio.WriteTransport", server.transport).abort()
        return "250 2.0.0 OK: queued"
