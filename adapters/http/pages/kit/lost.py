"""What a person reads at an address that isn't there, and when something went wrong that should not."""

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from adapters.http.pages.kit.route import show_refusal, tell
from adapters.http.problems import STATUSES, answer, answer_framework
from router.errors import NotFound

API = "/v1"


def add_page_handlers(app: FastAPI) -> None:
    """Answer people with a page, and programs as before."""
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(Exception, _defect)


async def _framework(request: Request, error: Exception) -> Response:
    missing = isinstance(error, HTTPException) and error.status_code == STATUSES["not-found"]
    if missing and _by_a_person(request):
        return show_refusal(request, NotFound("There is no page at this address."))
    return await answer_framework(request, error)


async def _defect(request: Request, error: Exception) -> Response:
    if _by_a_person(request):
        return tell(request, error)
    return answer(error)


def _by_a_person(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(API)
