"""Forms: that they come from a page of ours, and reading them."""

import hmac
import secrets
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from starlette.datastructures import ImmutableMultiDict

from adapters.http.limits import DRAFT_BYTES, SETTINGS_BYTES, read_body
from adapters.http.pages.kit import cookies
from router.errors import Forbidden, Invalid

FIELD = "csrf"
HEADER = "X-CSRF-Token"
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 5_000

# What browsers say of where a request comes from; no page can make them say it (W3C Fetch Metadata).
SITE_HEADER = "sec-fetch-site"
# A page of ours.
SAME_ORIGIN = "same-origin"
# The same, and a person who acted outside of any page.
OWN_SITES = frozenset({SAME_ORIGIN, "none"})

Posted = ImmutableMultiDict[str, str]


def token_of(cookie: str) -> str:
    """What every form of the holder of this cookie carries: nobody else can make it."""
    return hmac.new(cookie.encode(), b"careroute form", sha256).hexdigest()


async def visit(request: Request) -> str:
    """Somebody who is not signed in: the value of their cookie, a new one where they have none.

    The page that answers must set it; see `cookies.put`.
    """
    cookie = cookies.read(request, cookies.VISIT_COOKIE) or secrets.token_urlsafe(32)
    request.state.csrf = token_of(cookie)
    request.state.caller = None
    return cookie


Visit = Annotated[str, Depends(visit)]


class FormOutdated(Forbidden):
    """The form is not from a page that this browser got in the session that it has now."""

    title = "This form is out of date"


async def form_fields(request: Request, limit: int = DRAFT_BYTES) -> Posted:
    """The fields of a form that was posted, before anything is known of it. Raises Invalid and TooLarge."""
    if not request.headers.get("content-type", "").startswith(FORM):
        raise Invalid("This address accepts only forms.")
    body = await read_body(request, limit)
    try:
        return Posted(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise Invalid("The form is not valid. Open the page again and try again.") from None


def form_up_to(limit: int) -> Callable[[Request], Awaitable[Posted]]:
    """A dependency that reads the fields of a form; it comes after the session or the visit in a page's parameters.

    It raises FormOutdated where the form is not from a page that we gave to this browser.
    """

    async def read(request: Request) -> Posted:
        _refuse_other_sites(request)
        form = request.state.posted = await form_fields(request, limit)
        _compare(request, form.get(FIELD, ""))
        return form

    return read


async def checked_header(request: Request) -> None:
    """The same for what a script of ours sends: the token is in a header."""
    _refuse_other_sites(request)
    _compare(request, request.headers.get(HEADER, ""))


def _refuse_other_sites(request: Request) -> None:
    if is_foreign(request):
        raise Forbidden("This form was sent from another website. Open the page on this site and try again.")


def is_foreign(request: Request) -> bool:
    """Whether the browser says that a page of another site sent this, also of a sibling domain.

    A sibling domain may be able to plant a cookie, whose token it then knows (without TLS, nothing prevents that).
    """
    site, origin = request.headers.get(SITE_HEADER), request.headers.get("origin")
    if site is not None:
        return site not in OWN_SITES
    # Older browsers, and all of them without TLS. Any page can make its browser send `null`; none of ours does.
    ours = {f"{scheme}://{request.headers.get('host', '')}" for scheme in ("http", "https")}
    return origin is not None and origin not in ours | {request.app.state.page_settings.origin}


def is_our_form(request: Request, form: Posted) -> bool:
    """Whether a page of ours sent this: what another site makes somebody send is never shown to them as theirs.

    The browser says so, or, where it doesn't say where a form comes from, the token of the session in force does.
    """
    site = request.headers.get(SITE_HEADER)
    if site is not None:
        return site == SAME_ORIGIN
    token = getattr(request.state, "csrf", "")
    return bool(token) and not is_foreign(request) and _are_equal(form.get(FIELD, ""), token)


def _compare(request: Request, presented: str) -> None:
    if not _are_equal(presented, request.state.csrf):
        raise FormOutdated(
            "Your browser did not send the cookie that this page needs. Check that cookies are turned on, open the "
            "page again and try again."
        )


def _are_equal(presented: str, token: str) -> bool:
    return hmac.compare_digest(presented.encode(), token.encode())


PostedForm = Annotated[Posted, Depends(form_up_to(DRAFT_BYTES))]
SettingsForm = Annotated[Posted, Depends(form_up_to(SETTINGS_BYTES))]
CheckedHeader = Depends(checked_header)
