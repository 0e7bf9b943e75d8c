"""The cookies: none of them can be read by scripts, and none comes along from other sites' forms.

Over TLS their names carry the prefix `__Host-`, by which browsers let nobody else set them, neither a sibling domain
nor an unencrypted page (RFC 6265bis, section 4.1.3).
"""

from typing import cast

from fastapi import Request, Response

from adapters.http.page_settings import PageSettings
from router.access.sign_ins import DEVICE_LIFE

VISIT_COOKIE = "careroute_visit"
STAFF_COOKIE = "careroute_session"
PATIENT_COOKIE = "careroute_portal"
# Says that somebody has signed in from this browser before; it opens nothing.
DEVICE_COOKIE = "careroute_device"
MAIL_COOKIE = "careroute_mail"
PORTAL = "/portal"
# What may stand around a pair (RFC 6265bis, section 5.6).
OPTIONAL_SPACE = " \t"


def read(request: Request, cookie: str) -> str:
    """Return what the browser sent of this cookie, empty where it sent none.

    Names are compared byte by byte. Python calls U+0085 and U+00A0 space, and Starlette strips it, but browsers don't:
    a sibling domain may set a name that begins with one of them and goes on like ours.
    """
    name, found = _name(cookie, _settings(request)), ""
    for header in request.headers.getlist("cookie"):
        for pair in header.split(";"):
            key, _, value = pair.strip(OPTIONAL_SPACE).partition("=")
            found = value if key == name else found
    return found


def put(request: Request, response: Response, cookie: str, value: str) -> None:
    """Set a cookie for as long as the browser is open; the device's for as long as browsers keep one."""
    settings = _settings(request)
    # Lax: somebody who follows the link in an email is still signed in, and no form of another site is.
    response.set_cookie(
        _name(cookie, settings),
        value,
        path=_path(cookie, settings),
        max_age=int(DEVICE_LIFE.total_seconds()) if cookie == DEVICE_COOKIE else None,
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )


def drop(request: Request, response: Response, cookie: str) -> None:
    """Make the browser forget a cookie."""
    settings = _settings(request)
    # A browser takes no answer about a cookie with a prefix that lacks what the prefix demands.
    response.delete_cookie(_name(cookie, settings), path=_path(cookie, settings), secure=settings.secure, httponly=True)


def _name(cookie: str, settings: PageSettings) -> str:
    return f"__Host-{cookie}" if settings.secure else cookie


def _path(cookie: str, settings: PageSettings) -> str:
    """The patient's session goes to the portal alone, unless the prefix demands the path `/`."""
    return PORTAL if cookie == PATIENT_COOKIE and not settings.secure else "/"


def _settings(request: Request) -> PageSettings:
    return cast("PageSettings", request.app.state.page_settings)
