"""Services other than the database: hints, mail, passwords, link tokens, time zones, ids."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Protocol
from uuid import UUID

from router.messages.notification import Mail, SmtpReply


class Hints(Protocol):
    """Tells workers that there is work. A lost hint costs delay, so nothing is raised and nothing waits."""

    def route(self) -> None:
        """Messages wait for routing, or will in a moment."""

    def notify(self) -> None:
        """Notifications are due."""

    def escalate(self) -> None:
        """Steps of ladders are due."""

    def burst(self, batches: Mapping[str, int]) -> None:
        """Publish as many hints as the backlogs of `route`, `notify` and `escalate` have batches."""


class Mailer(Protocol):
    """Sends email; see router.messages.notification for what a reply means."""

    def send(self, mails: Sequence[Mail], at: datetime) -> list[SmtpReply]:
        """Send all of them, and return their replies in the same order. Never raises because of the mail server."""


class Passwords(Protocol):
    """Hashes passwords. All methods are slow, so don't call them on an event loop."""

    def hash(self, password: str) -> str:
        """What is stored."""

    def is_common(self, password: str, known: Collection[str]) -> bool:
        """Whether it is easy to guess: a common password, or one made of common passwords and known words."""

    def verify(self, password: str, stored: str | None) -> bool:
        """Whether this is the password; if there is none, returns False after the same time."""


class LinkTokens(Protocol):
    """Makes the tokens of links in emails from a secret of the installation, so that they need not be stored."""

    def of(self, notification: UUID, generation: int = 0) -> str:
        """Return the token of this generation in the email of a notification.

        It is always the same, and nobody can make it without the secret, not even from the token of another generation.
        """


class UnsubscribeTokens(Protocol):
    """Makes the tokens by which readers of emails about answers unsubscribe; see router.messages.email_choice."""

    def of(self, notification: UUID, address: str) -> str:
        """Return the token in the email of a notification to this address, in whatever case that is written.

        It begins with the notification's id in hexadecimal and a full stop, and says nothing else. It is always the
        same, and nobody can make it without the secret.
        """


class TimeZones(Protocol):
    """The time zones of the machine's database, which is read from disk."""

    def has(self, name: str) -> bool:
        """Whether this is the name of an IANA time zone."""

    def get(self, name: str) -> tzinfo | None:
        """The time zone of this name; None where there is none."""


class Ids(Protocol):
    """Makes what must be unique or secret."""

    def new(self) -> UUID:
        """A UUIDv7 (RFC 9562), later ones sorting later."""

    def secret(self) -> str:
        """A random text that can't be guessed, safe in URLs."""
