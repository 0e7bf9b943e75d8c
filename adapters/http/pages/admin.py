"""The messaging settings of a practice, for its portal administrators."""

from fastapi import Request, Response

from adapters.http.pages.current import Admin
from adapters.http.pages.render import render
from adapters.http.pages.route import page_routes

routes = page_routes()


@routes.get("/admin/messaging")
def show(request: Request, person: Admin) -> Response:
    """The page."""
    del person
    return render(request, "admin_messaging.html")
