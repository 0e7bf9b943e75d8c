"""The emails that the embedded engine caught, for people at its own machine. The page exists only there."""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from typing import Annotated, Protocol
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from adapters.http.page_settings import SettingsOfApp
from adapters.http.pages.kit import cookies
from adapters.http.pages.kit.render import HEADERS, POLICY, render
from adapters.http.pages.kit.route import page_routes
from router.errors import NotFound

PAGE = "/mail"
A_PAGE = 50
DIGITS = 4
# A request with one of these came through a proxy, so from elsewhere.
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
# What an email brings along is shown and not run; its links open in the whole window.
SANDBOX = "allow-top-navigation-by-user-activation"
EMAIL_HEADERS = HEADERS | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    f"form-action 'none'; frame-ancestors 'self'; sandbox {SANDBOX}",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
}
HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
BASE = '<base target="_top">'

routes = page_routes()


@dataclass(frozen=True, slots=True)
class Email:
    """One email as it was caught; `html` is empty where it has only text."""

    key: str
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str


class Mailbox(Protocol):
    """What was caught."""

    def count(self) -> int:
        """How many there are."""

    def newest(self, skip: int, limit: int) -> Sequence[Email]:
        """Some of them, newest first, from after so many."""

    def mail(self, key: str) -> Email | None:
        """One of them."""


@dataclass(frozen=True, slots=True)
class GuardedMailbox:
    """A mailbox, and the token that was printed when the service started."""

    box: Mailbox
    token: str = field(repr=False)


def guarded(request: Request, settings: SettingsOfApp) -> GuardedMailbox:
    """The mailbox, for somebody at this machine. Raises NotFound for everybody else, as if there were no such page."""
    found: GuardedMailbox | None = request.app.state.mailbox
    if found is None or not _is_here(request, settings.public_url):
        raise NotFound("There is no page at this address.")
    return found


GuardedHere = Annotated[GuardedMailbox, Depends(guarded)]


def mailbox(request: Request, here: GuardedHere) -> Mailbox:
    """The mailbox, for a browser that has come with the token. Other users of this machine have none."""
    _compare(here, cookies.read(request, cookies.MAIL_COOKIE))
    return here.box


MailboxHere = Annotated[Mailbox, Depends(mailbox)]


@routes.get(PAGE)
def show_all(request: Request, here: GuardedHere, page: str = "", token: str = "") -> Response:
    """The list, newest first; with the token, the way there."""
    if token:
        _compare(here, token)
        inside = RedirectResponse(PAGE, 303, HEADERS)
        cookies.put(request, inside, cookies.MAIL_COOKIE, token)
        return inside
    box = mailbox(request, here)
    number = int(page) if page.isdecimal() and len(page) <= DIGITS else 0
    count, mails = box.count(), box.newest(number * A_PAGE, A_PAGE)
    more = count > (number + 1) * A_PAGE
    return render(request, "mail/list.html", mails=mails, count=count, page=number, more=more)


@routes.get(f"{PAGE}/{{key}}")
def show(request: Request, key: str, box: MailboxHere) -> Response:
    """One email: as it looks, and as text."""
    page = render(request, "mail/email.html", mail=_found(box, key), sandbox=SANDBOX)
    page.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


@routes.get(f"{PAGE}/{{key}}/html")
def show_html(key: str, box: MailboxHere) -> Response:
    """The email itself, for the frame on its page."""
    html = _found(box, key).html
    head = HEAD.search(html)
    place = head.end() if head else 0
    return HTMLResponse(html[:place] + BASE + html[place:], headers=EMAIL_HEADERS)


def _compare(here: GuardedMailbox, presented: str) -> None:
    if not hmac.compare_digest(here.token.encode(), presented.encode()):
        raise NotFound("There is no page at this address.")


def _found(box: Mailbox, key: str) -> Email:
    mail = box.mail(key)
    if mail is None:
        raise NotFound("There is no such email.")
    return mail


def _is_here(request: Request, public_url: str) -> bool:
    """Whether browser and service are on one machine, as far as everything that can be seen agrees.

    The name in the address is looked at as well: another site's name may lead to this machine too (DNS rebinding), and
    a proxy on this machine hands on that of a public site.
    """
    if any(name in request.headers for name in FORWARDED):
        return False
    names = (request.client.host if request.client else "", _host(f"//{request.headers.get('host', '')}"))
    return all(_is_loopback(name) for name in names) and _is_local(_host(public_url))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _is_local(host: str) -> bool:
    """Also the address that stands for all of this machine's."""
    return _is_loopback(host) or host in {"0.0.0.0", "::"}  # noqa: S104 - compared with, not listened on.
