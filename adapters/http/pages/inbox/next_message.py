"""After a reply, or when a message is done, the next open one, for who chose so; the choice is kept in the browser."""

from collections.abc import Sequence
from datetime import timedelta

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.pages.inbox.message import DeliveryPage
from adapters.http.pages.kit.render import HEADERS
from adapters.http.pages.kit.whom import address_of

COOKIE = "careroute_next"
KEPT_FOR = timedelta(days=365)


def goes_on(request: Request) -> bool:
    """Whether this browser goes on to the next message."""
    return request.cookies.get(COOKIE) == "on"


def choose(response: Response, *, on: bool) -> Response:
    """Keep the choice with the answer."""
    response.set_cookie(
        COOKIE, "on" if on else "", path="/inbox", max_age=int(KEPT_FOR.total_seconds()), samesite="lax"
    )
    return response


def to_the_next(page: DeliveryPage, said: str, until: str = "", whom: Sequence[str] = ()) -> Response:
    """To the next message of the list that is open, else to the list; both tell what was done with this one.

    `whom` are the ids of those who have it now, where that is told.
    """
    following = page.flows.read_inbox.following(page.ref, page.place.listing, page.place.opened_from)
    if following is None:
        return page.to_the_list(said, whom, can_undo=True, until=until)
    query = page.list_place.query(told=f"{said}-next", of=str(page.delivery), until=until)
    return RedirectResponse(address_of(f"/inbox/message/{following}", query, whom), 303, HEADERS)
