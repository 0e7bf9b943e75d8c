"""What a page of a conversation asks by itself: whether anything was written since it was opened."""

from fastapi import Request, Response

from adapters.http.flows import FlowsOfApp
from adapters.http.ids import ConversationId, made_id
from adapters.http.pages.kit.current import WatchingPatientSide
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.portal.view import show_thread

routes = page_routes()


@routes.get("/portal/conversations/{conversation}/news")
def news(
    request: Request, person: WatchingPatientSide, flows: FlowsOfApp, conversation: ConversationId, newest: str = ""
) -> Response:
    """The entries as they are now, and 204 where none was written since `newest`. The script asks while it is seen."""
    if not flows.read_portal.has_news(person, conversation, made_id(newest)):
        return Response(status_code=204, headers=HEADERS)
    opened = flows.read_portal.open(person, conversation)
    shown = show_thread(opened, person, opened.time_zone)
    return render(request, "portal/thread_entries.html", time_zone=opened.time_zone, shown=shown)
