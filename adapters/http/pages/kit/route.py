"""The class of every page's route: errors on pages are answered with pages."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute

from adapters.http.pages.kit.cookies import PORTAL
from adapters.http.pages.kit.failures import failure_of
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.unsent import can_be_sent_again, form_to_show, keep_posted, show_unsent, texts_of
from adapters.http.problems import STATUSES, answer, refusal_of, retry_headers
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
            except Exception as error:
                if not _is_by_a_script(request):
                    await keep_posted(request)
                if isinstance(error, CarerouteError):
                    return tell(request, error)
                # It is answered outside of all routes, where the body can't be read any more.
                raise

        return answer_page


def page_routes() -> APIRouter:
    """A router for pages; they are not part of the API's description."""
    return APIRouter(include_in_schema=False, route_class=PageRoute)


def _is_by_a_script(request: Request) -> bool:
    """Whether a script asked: it reads the problem and shows it itself."""
    return request.headers.get("accept", "").startswith(JSON)


def tell(request: Request, error: Exception) -> Response:
    """The page for an error; it keeps what was typed into the form that could not be taken."""
    if _is_by_a_script(request):
        return answer(error)
    refusal = refusal_of(error)
    form = form_to_show(request, refusal)
    if form is not None and can_be_sent_again(refusal):
        page = show_unsent(request, refusal, form)
    elif isinstance(refusal, SessionEnded):
        page = _ask_to_sign_in(request)
    else:
        page = show_refusal(request, refusal, texts_of(form) if form is not None else ())
    page.headers.update(retry_headers(refusal))
    return page


def show_refusal(request: Request, refusal: Refusal, texts: Sequence[tuple[str, str]] = ()) -> Response:
    """A page that says what can't be done, with the fields, and the texts that were typed, to be copied."""
    failure = failure_of(refusal)
    return render(request, "kit/refused.html", STATUSES[refusal.slug], refusal=refusal, failure=failure, texts=texts)


def _ask_to_sign_in(request: Request) -> Response:
    if request.url.path.startswith(PORTAL):
        return render(request, "portal/come_in.html", SESSION_ENDED)
    if request.method == "GET":
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(here)}", 303, HEADERS)
    return render(request, "kit/ended.html", SESSION_ENDED)
