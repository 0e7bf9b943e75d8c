"""A forgotten password: the answer is the same, and as fast, whether or not anybody is known."""

from typing import Any

from anyio import to_thread
from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.background import BackgroundTask

from adapters.http.flows import FlowsOfApp
from adapters.http.pages.kit import cookies
from adapters.http.pages.kit.attempts import attempts_of
from adapters.http.pages.kit.csrf import Posted, PostedForm, Visit
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.problems import STATUSES
from router.access.sign_ins import TooManyTries
from router.practice.email_addresses import EMAIL_LIMIT
from router.text import problem_with

PAGE = "/forgotten"
FIELDS = ("practice", "person")

routes = page_routes()


@routes.get(PAGE)
async def ask(request: Request, visit: Visit, sent: str = "") -> Response:
    """The form, or what is said after it, which names nobody."""
    page = _render(request, Posted([]), sent=bool(sent))
    cookies.put(request, page, cookies.VISIT_COOKIE, visit)
    return page


@routes.post(PAGE)
async def send(request: Request, visit: Visit, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Send a link to whom it may concern, after the answer."""
    practice, person = (form.get(name, "").strip() for name in FIELDS)
    errors = {name: wrong for name in FIELDS if (wrong := problem_with(form.get(name, ""), EMAIL_LIMIT))}
    page: Response
    try:
        if not errors:
            await to_thread.run_sync(_count, request)
    except TooManyTries as refusal:
        page = _render(request, form, STATUSES[refusal.slug], refused=refusal.detail)
    else:
        page = _render(request, form, STATUSES["invalid"], errors=errors) if errors else _to_confirmation()
        if not errors:
            page.background = BackgroundTask(flows.invitations.send_forgotten, practice, person)
    cookies.put(request, page, cookies.VISIT_COOKIE, visit)
    return page


def _to_confirmation() -> Response:
    return RedirectResponse(f"{PAGE}?sent=1", 303, HEADERS)


def _count(request: Request) -> None:
    """Many in a row from one address are as suspect as wrong passwords. Raises TooManyTries."""
    attempts = attempts_of(request)
    attempts.check(request)
    attempts.count(request)


def _render(request: Request, typed: Posted, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - as render.
    given: dict[str, Any] = {"typed": typed, "errors": {}, "sent": False, "refused": ""}
    return render(request, "sign_in/forgotten.html", status, **(given | values))
