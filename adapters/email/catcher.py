"""Catches mail on loopback and keeps it in a Maildir: what the embedded engine has instead of a relay."""

import asyncio
import mailbox
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from threading import Thread
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class CaughtMail:
    """An email as it arrived; `key` is its name in the Maildir."""

    key: str
    recipients: tuple[str, ...]
    message: EmailMessage


class Catcher:
    """A real SMTP server on a free port of the loopback interface, on an event loop of its own."""

    def __init__(self, directory: Path) -> None:
        directory.parent.mkdir(parents=True, exist_ok=True)
        self._maildir = mailbox.Maildir(directory, create=True)
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="mail catcher", daemon=True)

    def start(self) -> int:
        """Listen; returns the port."""
        self._thread.start()
        starting = self._loop.create_server(self._protocol, LOOPBACK, 0)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result()
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def stop(self) -> None:
        """Stop listening; what was caught stays."""
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def _protocol(self) -> SMTP:
        """One for each connection."""
        store = _Store(self._maildir)
        return SMTP(store, hostname="localhost", ident="Careroute mail catcher", loop=self._loop)

    def count(self) -> int:
        """How many emails the Maildir holds."""
        return len(self._maildir)

    def mails(self) -> list[CaughtMail]:
        """Everything caught, oldest first."""
        parser = BytesParser(policy=policy.default)
        caught = []
        for key in sorted(self._maildir.keys(), key=_arrival):
            message = cast("EmailMessage", parser.parsebytes(self._maildir.get_bytes(key)))
            recipients = tuple(str(message["To"]).split(", "))
            caught.append(CaughtMail(key, recipients, message))
        return caught


def _arrival(key: str) -> tuple[float, int]:
    """Maildir keys begin with the time and carry a counter (Q) of the process."""
    seconds, middle = key.split(".")[:2]
    micro, _, rest = middle.partition("M")[2].partition("P")
    return float(f"{seconds}.{micro:0>6}"), int(rest.partition("Q")[2] or 0)


class _Store:
    """What aiosmtpd calls for each email."""

    def __init__(self, maildir: mailbox.Maildir) -> None:
        self._maildir = maildir

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep it; the answer is the relay's acceptance."""
        self._maildir.add(cast("bytes", envelope.content))
        return "250 OK: caught"
