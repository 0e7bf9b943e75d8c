"""What an open message asks for by itself: has anything changed, who is typing, and the page as it is now."""

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from adapters.http.flows import FlowsOfApp
from adapters.http.ids import DeliveryId
from adapters.http.pages.inbox.listing import Place
from adapters.http.pages.inbox.message import PAGE, DeliveryPage
from adapters.http.pages.inbox.view import typing_in_words
from adapters.http.pages.kit.current import WatchingStaff
from adapters.http.pages.kit.route import page_routes

routes = page_routes()


@routes.get(PAGE + "/news")
def news(request: Request, person: WatchingStaff, delivery: DeliveryId, flows: FlowsOfApp, place: Place) -> Response:
    """A mark that changes with the conversation, and who is writing a reply; no text. It keeps no session alive."""
    page = DeliveryPage(request, person, delivery, flows, place)
    state = flows.watch_conversation.look(page.ref)
    snapshot = flows.reports.snapshot(person.practice.id)
    return JSONResponse({"mark": state.mark, "typing": typing_in_words(state, snapshot)})


@routes.get(PAGE + "/latest")
def latest(request: Request, person: WatchingStaff, delivery: DeliveryId, flows: FlowsOfApp, place: Place) -> Response:
    """The page once more, of which the open one takes the parts that change; this is a look, and on record."""
    return DeliveryPage(request, person, delivery, flows, place).render()
