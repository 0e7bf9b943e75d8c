"""The cookies: none of them can be read by scripts, and none comes along from other sites' forms."""

from fastapi import Response

from adapters.http.page_settings import PageSettings
from adapters.http.pages.kit.csrf import VISIT_COOKIE

STAFF_COOKIE = "careroute_session"
PATIENT_COOKIE = "careroute_portal"
PORTAL = "/portal"


def set_visit(response: Response, value: str, settings: PageSettings) -> None:
    """Remember a browser in which nobody is signed in yet, so that its forms are known."""
    _set(response, VISIT_COOKIE, value, "/", settings)


def set_staff(response: Response, token: str, settings: PageSettings) -> None:
    """Keep the session of staff or an operator."""
    _set(response, STAFF_COOKIE, token, "/", settings)


def set_patient(response: Response, token: str, settings: PageSettings) -> None:
    """Keep the session of the patient's side; it goes to the portal alone."""
    _set(response, PATIENT_COOKIE, token, PORTAL, settings)


def drop_staff(response: Response) -> None:
    """Forget the session."""
    response.delete_cookie(STAFF_COOKIE, path="/")


def drop_patient(response: Response) -> None:
    """Forget the session of the patient's side."""
    response.delete_cookie(PATIENT_COOKIE, path=PORTAL)


def _set(response: Response, name: str, value: str, path: str, settings: PageSettings) -> None:
    # Lax: somebody who follows the link in an email is still signed in, and no form of another site is.
    response.set_cookie(name, value, path=path, secure=settings.secure, httponly=True, samesite="lax")
