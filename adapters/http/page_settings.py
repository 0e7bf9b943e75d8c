"""Where browsers find this installation, and how long its sessions last."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, cast
from urllib.parse import urlsplit

from fastapi import Depends, Request

# Opens the portal with a one-time link.
PORTAL_ENTRY = "/portal/enter"


@dataclass(frozen=True, slots=True)
class PageSettings:
    """The public URL, and how long a session lasts without being used."""

    public_url: str = "http://127.0.0.1:8000"
    idle: timedelta = timedelta(minutes=15)

    @property
    def secure(self) -> bool:
        """Whether cookies go over TLS only."""
        return self.public_url.startswith("https:")

    @property
    def origin(self) -> str:
        """Scheme, host and port of the public URL, as browsers send them (RFC 6454)."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc.lower()}"

    def address(self, path: str) -> str:
        """The whole address of a page."""
        return self.public_url.rstrip("/") + path

    def portal_link(self, token: str) -> str:
        """The URL that opens the portal once with this token."""
        return self.address(f"{PORTAL_ENTRY}?link={token}")


async def settings_of(request: Request) -> PageSettings:
    """The settings of the application that answers this request."""
    return cast("PageSettings", request.app.state.page_settings)


SettingsOfApp = Annotated[PageSettings, Depends(settings_of)]
