"""Searching one's own messages. What is sought is posted, so that no word of it stands in an address."""

from typing import Any

from fastapi import Request, Response

from adapters.http.cursors import after_position, position_in
from adapters.http.flows import FlowsOfApp
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.current import PatientSide
from adapters.http.pages.kit.render import render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.typed import typed_line
from adapters.http.problems import STATUSES
from router.access.sessions import PatientSession
from router.errors import Invalid
from router.messages.portal_lists import SOUGHT_LIMIT

PAGE = "/portal/search"
LISTING = "portal-search"

routes = page_routes()


@routes.get(PAGE)
def ask(request: Request, person: PatientSide) -> Response:
    """The form alone."""
    return _render(request, person, "")


@routes.post(PAGE)
def find(request: Request, person: PatientSide, form: PostedForm, flows: FlowsOfApp) -> Response:
    """The form with what was found; it changes nothing."""
    sought = typed_line(form, "sought").strip()
    if person.user is not None and not person.user.may_read:
        return _render(request, person, "")
    try:
        before = position_in(LISTING, form.get("before") or None)
        found = flows.search_messages.search(person, sought, before)
    except Invalid as wrong:
        errors = {"sought": f"Your search {wrong.errors[0].message}."}
        return _render(request, person, sought, STATUSES[wrong.slug], errors=errors)
    following = after_position(LISTING, found.following) if found.following else None
    return _render(request, person, sought, found=found.items, following=following, first=before is None)


def _render(
    request: Request,
    person: PatientSession,
    sought: str,
    status: int = 200,
    **values: Any,  # noqa: ANN401 - as render.
) -> Response:
    if person.user is not None and not person.user.may_read:
        return render(request, "portal/closed.html")
    given: dict[str, Any] = {"errors": {}, "found": None, "following": None, "first": True, "longest": SOUGHT_LIMIT}
    return render(request, "portal/search.html", status, sought=sought, **(given | values))
