"""A rendered email, and the commands that it is sent with."""

from dataclasses import dataclass
from typing import NamedTuple

from router.practice.email_addresses import MailAddress


@dataclass(frozen=True, slots=True)
class Letter:
    """A rendered email; `index` is its place in the call."""

    index: int
    recipient: MailAddress
    email: bytes
    practice: str = ""


class SmtpEnvelope(NamedTuple):
    """The commands that name the sender and the recipient, whose addresses were checked before."""

    sender: bytes
    recipient: bytes
    utf8: bool


def envelope_of(sender: str, recipient: MailAddress) -> SmtpEnvelope:
    """The commands; RFC 6531, section 3.4, for addresses beyond ASCII."""
    parameters = " BODY=8BITMIME SMTPUTF8" if recipient.utf8 else ""
    return SmtpEnvelope(
        f"MAIL FROM:<{sender}>{parameters}\r\n".encode("ascii"),
        f"RCPT TO:<{recipient.text}>\r\n".encode(),
        recipient.utf8,
    )


def dotted(email: bytes) -> bytes:
    """An email with CRLF line ends as it stands after DATA (RFC 5321, section 4.5.2)."""
    stuffed = email.replace(b"\r\n.", b"\r\n..")
    return (b"." + stuffed if stuffed.startswith(b".") else stuffed) + b".\r\n"
