"""One-time links into the portal."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from router.errors import Refusal

LINK_LIFE = timedelta(minutes=5)


class LinkSpent(Refusal):
    """The link was used before, is too old, or never was one."""

    slug = "link-spent"
    title = "This link no longer works"


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link into the portal, stored under a digest."""

    digest: str = field(repr=False)
    practice: str
    patient: str
    authorized_user: str | None
    expires_at: datetime
