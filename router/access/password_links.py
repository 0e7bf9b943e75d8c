"""One-time links by which staff choose a password: an invitation, or a reset where they had one before."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from router.messages.notification import Kind
from router.messages.states import NotificationState

# Long enough for a weekend, short enough that an old mailbox opens nothing.
LINK_LIFE = timedelta(hours=72)
# A second link within this time is not sent, so that nobody can flood another person's mailbox.
LINK_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class PasswordLink:
    """A link as it is stored: under a digest of its token. Only the email of this notification contains the token.

    `generation` counts how often its email was parked and requeued: each time it gets a new token, see
    router.ports.services.LinkTokens.
    """

    practice: str
    staff: str
    notification: UUID
    kind: Kind
    digest: str = field(repr=False)
    expires_at: datetime
    generation: int = 0


@dataclass(frozen=True, slots=True)
class SentLink:
    """Somebody's last link, as portal administrators see it; `answer` is the mail server's latest reply."""

    kind: Kind
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    state: NotificationState
    reason: str | None
    answer: str | None

    def works(self, at: datetime) -> bool:
        """Whether it can be used now, or could be once its parked email is requeued."""
        return self.ended_at is None and at < self.expires_at
