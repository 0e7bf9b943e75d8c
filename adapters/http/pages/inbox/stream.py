"""The stream that notifies an open inbox page of new messages."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from adapters.documents.fields import moment_text
from adapters.http.pages.inbox.watch import InboxStream, WatchOfApp
from adapters.http.pages.kit.cookies import STAFF_COOKIE, read
from adapters.http.pages.kit.current import WatchingStaff
from adapters.http.pages.kit.route import page_routes
from router.access.tokens import digest
from router.flows.staff.inbox_watch import Watcher

# After how many milliseconds the browser opens a stream again that has ended.
RETRY_MILLISECONDS = 3_000

routes = page_routes()


async def _open(request: Request, person: WatchingStaff, watch: WatchOfApp) -> AsyncIterator[InboxStream]:
    session = digest(read(request, STAFF_COOKIE))
    with watch.open(Watcher(person.practice.id, person.staff.id, session)) as stream:
        yield stream


OpenStream = Annotated[InboxStream, Depends(_open)]


@routes.get("/inbox/events", response_class=EventSourceResponse)
async def follow(request: Request, stream: OpenStream) -> AsyncIterator[ServerSentEvent]:
    """The number of unread messages whenever something changes; no text, no names.

    The event `ended` says that the session is over. Watching doesn't keep it alive.
    """
    yield ServerSentEvent(comment="open", retry=RETRY_MILLISECONDS)
    if request.state.is_head:
        return
    async for pulse in stream.pulses():
        newest = moment_text(pulse.newest) if pulse.newest else ""
        yield ServerSentEvent(event="inbox", data={"unread": pulse.unread, "newest": newest})
    if stream.session_ended:
        yield ServerSentEvent(event="ended", data={})
