"""Catches mail on loopback and keeps it in a Maildir: what the embedded engine has instead of a relay."""

import asyncio
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
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
    """An email as it arrived; `key` is its file's name in the Maildir, without what mail readers put behind a colon.

    `recipients` are those of the envelope.

    Mails with one Message-ID have the same `fingerprint`: a repeat is kept, and can be told.
    """

    key: str
    fingerprint: str
    recipients: tuple[str, ...]
    message: EmailMessage
    arrived_at: datetime


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
        return _read(self._in_order())

    def newest(self, skip: int, limit: int) -> list[CaughtMail]:
        """Some of it, newest first, from after so many."""
        return _read(self._in_order()[::-1][skip : skip + limit])

    def mail(self, key: str) -> CaughtMail | None:
        """One of them, by its key; None where there is none."""
        # A key is compared with what is there, so that it leads to no other file.
        return next(iter(_read([path for path in self._files() if _key(path) == key])), None)

    def _files(self) -> list[Path]:
        return [path for folder in ("new", "cur") for path in (self._directory / folder).iterdir()]

    def _in_order(self) -> list[Path]:
        return [path for _, _, path in sorted(_stamped(self._files()))]

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
    lines = [
        f"Return-Path: <{envelope.mail_from or ''}>",
        *(f"Delivered-To: {rcpt_to}" for rcpt_to in envelope.rcpt_tos),
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape")


def _name(content: bytes) -> str:
    """A name that no other mail has, in the order of arrival, ending in the fingerprint of its Message-ID.

    The order holds while the machine is up; files of another day are ordered by their own times.
    """
    found = MESSAGE_ID.search(content.partition(b"\r\n\r\n")[0])
    fingerprint = sha256(found[1] if found else b"").hexdigest()[:16]
    return f"{monotonic_ns():020d}.P{os.getpid()}R{secrets.token_hex(4)}.{fingerprint}"


def _key(path: Path) -> str:
    """Mail readers put what they know after a colon."""
    return path.name.partition(":")[0]


def _stamped(paths: list[Path]) -> Iterator[tuple[int, str, Path]]:
    for path in paths:
        # Somebody may have deleted it, or their mail reader moved it, just now.
        with suppress(FileNotFoundError):
            yield path.stat().st_mtime_ns, path.name, path


def _read(paths: list[Path]) -> list[CaughtMail]:
    found = []
    for path in paths:
        with suppress(FileNotFoundError):
            arrived_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            recipients = tuple(str(recipient) for recipient in message.get_all("Delivered-To", []))
            key = _key(path)
            found.append(CaughtMail(key, key.rpartition(".")[2], recipients, message, arrived_at))
    return found
