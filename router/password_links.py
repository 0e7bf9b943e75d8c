"""One-time links by which staff choose a password: an invitation, or a reset where they had one before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from router.notification import Kind, NotificationState

# Long enough for a weekend, short enough that an old mailbox opens nothing.
LINK_LIFE = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class PasswordLink:
    """A link as it is stored: under a digest of its token, which stands in the email of this notification alone."""

    practice: str
    staff: str
    notification: UUID
    kind: Kind
    digest: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SentLink:
    """The last link of somebody, as portal administrators see it; `answer` is what the mail server said last."""

    kind: Kind
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    state: NotificationState
    reason: str | None
    answer: str | None

    def works(self, at: datetime) -> bool:
        """Whether it can still be used at this moment."""
        return self.ended_at is None and at < self.expires_at


class PasswordLinks(Protocol):
    """The links of all practices."""

    def add(self, practice: str, links: Sequence[PasswordLink]) -> None:
        """Store new links, each with its due notification; whoever had one before can't use that any more."""

    def get(self, digest: str) -> PasswordLink | None:
        """The link with this digest, where it still works."""

    def take(self, digest: str) -> PasswordLink | None:
        """The same, and nobody can take it again."""

    def end(self, practice: str, staff: Iterable[str]) -> None:
        """No link of these people works any more."""

    def holders(self, practice: str) -> set[str]:
        """Who has a link that still works."""

    def last(self, practice: str, staff: list[str]) -> Mapping[str, SentLink]:
        """The newest link of each of them who ever had one."""
