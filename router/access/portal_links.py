"""One-time links into the portal."""

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

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


def session_token(link: str, browser: str) -> str:
    """The token of the session that this link opens in the browser with this secret.

    A browser that sends the link again finds the session that it opened; the link alone, or another browser, doesn't.
    """
    return hmac.new(browser.encode(), b"careroute portal " + link.encode(), sha256).hexdigest()
