"""The emails that this process caught, as a page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.email.catcher import Catcher, CaughtMail
from adapters.http.pages.mail.caught import Email


@dataclass(frozen=True, slots=True)
class CaughtMailbox:
    """See adapters.http.pages.mail.caught.Mailbox."""

    catcher: Catcher

    def count(self) -> int:
        """How many there are."""
        return self.catcher.count()

    def newest(self, skip: int, limit: int) -> Sequence[Email]:
        """Some of them, newest first, from after so many."""
        return [_shown(mail) for mail in self.catcher.newest(skip, limit)]

    def mail(self, key: str) -> Email | None:
        """One of them."""
        found = self.catcher.mail(key)
        return _shown(found) if found else None


def _shown(caught: CaughtMail) -> Email:
    message = caught.message
    return Email(
        key=caught.key,
        at=caught.arrived_at,
        sender=str(message.get("From", "")),
        recipients=caught.recipients,
        subject=str(message.get("Subject", "")),
        text=_part(caught, "plain"),
        html=_part(caught, "html"),
    )


def _part(caught: CaughtMail, kind: str) -> str:
    """One form of the body; empty where it has none."""
    found = caught.message.get_body((kind,))
    return str(found.get_content()) if found is not None else ""
