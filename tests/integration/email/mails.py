"""Mails for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from router.messages.notification import Kind, Mail, SendOutcome, SmtpReply

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def mail(number: int, recipient: str | None = None) -> Mail:
    """A mail to somebody of its own."""
    address = recipient or f"r{number}@clinic.example"
    return Mail(UUID(int=number), Kind.STAFF_DELIVERY, address, f"https://portal.example/inbox?delivery={number}")


def mails(count: int, first: int = 1) -> list[Mail]:
    """Several."""
    return [mail(number) for number in range(first, first + count)]


def message_id(number: int) -> str:
    """The Message-ID that a mail must have."""
    return f"<{UUID(int=number)}@mail.example>"


def outcomes(answers: Sequence[SmtpReply]) -> list[SendOutcome]:
    """How each ended."""
    return [answer.outcome for answer in answers]
