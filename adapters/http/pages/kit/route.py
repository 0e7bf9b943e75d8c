"""The class of every page's route: errors on pages are answered with pages."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute

from adapters.http.pages.kit.cookies import PORTAL
from adapters.http.pages.kit.csrf import FormOutdated
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.unsent import is_our_form, show_unsent
from adapters.http.problems import STATUSES, answer, refusal_of
from router.access.sessions import SessionEnded
from router.errors import CarerouteError, Refusal

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
SESSION_ENDED = STATUSES["session-ended"]
JSON = "application/json"


class PageRoute(APIRoute):
    """Answers refusals with a page, and redirects people who aren't signed in to the sign-in page."""

    def get_route_handler(self) -> Handler:
        """The handler, with what it raises turned into a page."""
        handle = super().get_route_handler()

        async def answer_page(request: Request) -> Response:
            try:
                return await handle(request)
            except CarerouteError as error:
                return await _tell(request, error)

        return answer_page


def page_routes() -> APIRouter:
    """A router for pages; they are not part of the API's description."""
    return APIRouter(include_in_schema=False, route_class=PageRoute)


async def _tell(request: Request, error: CarerouteError) -> Response:
    if request.headers.get("accept", "").startswith(JSON):
        # A script asked: it reads the problem and shows it itself.
        return answer(error)
    refusal = refusal_of(error)
    if isinstance(refusal, SessionEnded) and request.method == "GET":
        return _ask_to_sign_in(request)
    if isinstance(refusal, SessionEnded | FormOutdated) and is_our_form(request):
        return await show_unsent(request, STATUSES[refusal.slug])
    if isinstance(refusal, SessionEnded):
        return _ask_to_sign_in(request)
    return show_refusal(request, refusal)


def show_refusal(request: Request, refusal: Refusal) -> Response:
    """A page that says what can't be done, with the fields."""
    return render(request, "kit/refused.html", STATUSES[refusal.slug], refusal=refusal)


def _ask_to_sign_in(request: Request) -> Response:
    if request.url.path.startswith(PORTAL):
        return render(request, "portal/come_in.html", SESSION_ENDED)
    if request.method == "GET":
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(here)}", 303, HEADERS)
    return render(request, "kit/ended.html", SESSION_ENDED)
