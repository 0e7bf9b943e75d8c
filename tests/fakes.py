"""Real, small implementations of ports for tests."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, tzinfo
from uuid import UUID
from zoneinfo import ZoneInfo

from uuid_utils.compat import uuid7

from router.messages.notification import Mail, SendOutcome, SmtpReply


class RecordingHints:
    """Counts the hints; drops them all, as a broker may."""

    def __init__(self) -> None:
        self.given: Counter[str] = Counter()

    def route(self) -> None:
        self.given["route"] += 1

    def notify(self) -> None:
        self.given["notify"] += 1

    def escalate(self) -> None:
        self.given["escalate"] += 1

    def burst(self, batches: Mapping[str, int]) -> None:
        self.given.update(batches)


class FreshIds:
    """Ids as in production; the secrets can be told apart."""

    def __init__(self) -> None:
        self._made = 0

    def new(self) -> UUID:
        return uuid7()

    def secret(self) -> str:
        self._made += 1
        return f"secret-{self._made}"


class FewTimeZones:
    """Knows a few time zones; see router.ports.services.TimeZones."""

    def has(self, name: str) -> bool:
        return name in {"UTC", "America/Chicago", "America/New_York", "Europe/Paris"}

    def get(self, name: str) -> tzinfo | None:
        return ZoneInfo(name) if self.has(name) else None


class PlainPasswords:
    """Keeps passwords without hiding them, since that takes no time."""

    def hash(self, password: str) -> str:
        return f"plain:{password}"

    def is_common(self, password: str, known: Collection[str]) -> bool:
        return password in {"passwordpassword", *known}

    def verify(self, password: str, stored: str | None) -> bool:
        return stored == f"plain:{password}"


class PlainTokens:
    """Makes tokens that anybody could make."""

    def of(self, notification: UUID, generation: int = 0) -> str:
        return f"token-{notification}" + (f"-{generation}" if generation else "")


class PlainUnsubscribeTokens:
    """Makes tokens to unsubscribe that anybody could make."""

    def of(self, notification: UUID, address: str) -> str:
        return f"{notification.hex}.for-{address.casefold()}"


def accepted(mail: Mail) -> SmtpReply:
    """The mail server takes it."""
    return SmtpReply(mail.notification, SendOutcome.SENT, 250, "OK")


class ScriptedMailer:
    """Answers each mail as it is told and keeps what was sent."""

    def __init__(self, answer: Callable[[Mail], SmtpReply] = accepted) -> None:
        self.answer = answer
        self.sent: list[Mail] = []

    def send(self, mails: Sequence[Mail], _at: datetime) -> list[SmtpReply]:
        answers = [self.answer(mail) for mail in mails]
        self.sent += [mail for mail, answer in zip(mails, answers, strict=True) if answer.outcome is SendOutcome.SENT]
        return answers
