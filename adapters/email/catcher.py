"""Catches mail on loopback and keeps it in a Maildir: what the embedded engine has instead of a relay."""

import asyncio
import os
import re
import secrets
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from hashlib import sha256
from pathlib import Path
from time import monotonic_ns
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from adapters.email.listener import Listener

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CaughtMail:
    """An email as it arrived; `key` is its file's name in the Maildir, `recipients` are those of the envelope.

    Mails with one Message-ID have the same `fingerprint`: a repeat is kept, and can be told.
    """

    key: str
    fingerprint: str
    recipients: tuple[str, ...]
    message: EmailMessage


class Catcher:
    """A real SMTP server on a free port of the loopback interface."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        for folder in ("tmp", "new", "cur"):
            (directory / folder).mkdir(parents=True, exist_ok=True)
        self._listener = Listener(self._protocol)

    def start(self) -> int:
        """Listen; returns the port."""
        return self._listener.start()

    def stop(self) -> None:
        """Stop listening; what was caught stays."""
        self._listener.stop()

    def count(self) -> int:
        """How many emails the Maildir holds."""
        return len(self._files())

    def mails(self) -> list[CaughtMail]:
        """Everything caught, newest last."""
        arrived = []
        for path in self._files():
            try:
                arrived.append((path.stat().st_mtime_ns, path.name, path.read_bytes()))
            except FileNotFoundError:
                # Somebody deleted it, or their mail reader moved it, just now.
                continue
        return [_parse(name, content) for _, name, content in sorted(arrived)]

    def _files(self) -> list[Path]:
        return [path for folder in ("new", "cur") for path in (self._directory / folder).iterdir()]

    def _protocol(self) -> SMTP:
        """One for each connection."""
        loop = asyncio.get_running_loop()
        return SMTP(_Store(self._directory), hostname="localhost", ident="Careroute mail catcher", loop=loop)


class _Store:
    """What aiosmtpd calls for each email."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep it; the answer is the relay's acceptance."""
        content = cast("bytes", envelope.content)
        name = _name(content)
        # A Maildir's promise: what stands in `new` is whole. It isn't synced: this is a copy to look at.
        written = self._directory / "tmp" / name
        written.write_bytes(_envelope_headers(envelope) + content)
        written.rename(self._directory / "new" / name)
        return "250 OK: caught"


def _envelope_headers(envelope: Envelope) -> bytes:
    """What a final delivery adds (RFC 5321, section 4.4; RFC 9228): hidden recipients are seen nowhere else."""
    lines = [f"Return-Path: <{envelope.mail_from or ''}>", *(f"Delivered-To: {one}" for one in envelope.rcpt_tos)]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape")


def _name(content: bytes) -> str:
    """A name that no other mail has, in the order of arrival, ending in the fingerprint of its Message-ID.

    The order holds while the machine is up; files of another day are told apart by their own times.
    """
    found = MESSAGE_ID.search(content.partition(b"\r\n\r\n")[0])
    fingerprint = sha256(found[1] if found else b"").hexdigest()[:16]
    return f"{monotonic_ns():020d}.P{os.getpid()}R{secrets.token_hex(4)}.{fingerprint}"


def _parse(name: str, content: bytes) -> CaughtMail:
    message = BytesParser(policy=policy.default).parsebytes(content)
    recipients = tuple(str(one) for one in message.get_all("Delivered-To", []))
    # Mail readers put what they know after a colon.
    fingerprint = name.partition(":")[0].rpartition(".")[2]
    return CaughtMail(name, fingerprint, recipients, message)
