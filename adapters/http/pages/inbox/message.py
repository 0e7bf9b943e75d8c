"""One message with its whole conversation, and what staff do with it. No GET changes anything."""

import secrets
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from adapters.http.flows import FlowsOfApp
from adapters.http.ids import DeliveryId
from adapters.http.pages.inbox.listing import ListPlace, Place
from adapters.http.pages.inbox.view import entry_views, line_of, newer
from adapters.http.pages.kit.csrf import CheckedHeader, Posted
from adapters.http.pages.kit.current import Staff
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.staff_search import labels_of
from router.messages.conversation import Conversation, shown_as
from router.messages.drafts import DraftKind
from router.messages.inbox import DeliveryRef
from router.messages.priority import LOWERED_IN_WORDS
from router.messages.states import DeliveryState
from router.messaging.snapshot import PracticeSnapshot
from router.practice.topics import Topic

PAGE = "/inbox/message/{delivery}"
# What the list tells.
DONE = "done"
# What was done, told after the redirect.
CONFIRMATIONS = {
    "replied": "Your reply was sent. The message is done.",
    "kept-open": "Your reply was sent. The message stays open for a further answer.",
    "forwarded": "The message was forwarded.",
    "claimed": "You own this conversation now: replies of the patient come to you.",
    "released": "You don't own this conversation any more.",
    "undone-done": "The message is open again.",
    "undone-claim": "Your claim is taken back.",
    "undone-release": "You own this conversation again.",
    "undone-forward": "The forward is taken back. An email about it may have been sent already.",
    "kept": "Your draft is saved. Only you can see it.",
    "discarded": "Your draft is deleted.",
    "read": "The message is read.",
    "raised": "The message is urgent now, for everybody who has it.",
    "lowered": "The message is routine now, for everybody who has it.",
    "undone-priority": "The priority is as it was before.",
}

# The fields in which what was begun stands again.
FIELD_OF = {DraftKind.REPLY: "body", DraftKind.NOTE: "note"}

routes = page_routes()


class DeliveryPage:
    """The page of one delivery, for the member of staff whose it is."""

    def __init__(self, request: Request, person: Staff, delivery: DeliveryId, flows: FlowsOfApp, place: Place) -> None:
        self.request = request
        self.person = person
        self.delivery = delivery
        self.flows = flows
        # Where the message was opened from.
        self.place = place
        # Whether somebody asked for what was written before they came into the conversation.
        self.earlier = "earlier" in request.query_params

    @property
    def ref(self) -> DeliveryRef:
        """The delivery, for the flows."""
        return DeliveryRef(self.person.practice.id, self.delivery, self.person.staff.id, self.person.actor)

    def back(self, said: str) -> Response:
        """To the message again, telling what was done."""
        return RedirectResponse(f"/inbox/message/{self.delivery}?{self.place.query(told=said)}", 303, HEADERS)

    def to_the_list(self, said: str, *, can_undo: bool = False) -> Response:
        """To the list that the message was opened from; it offers to undo what can be undone."""
        place = ListPlace() if self.place.is_search else self.place
        undoable = {"of": str(self.delivery)} if can_undo else {}
        return RedirectResponse(f"/inbox?{place.query(told=said, **undoable)}", 303, HEADERS)

    def render(self, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - as render.
        """The page; `values` are what somebody typed, and what is wrong with it."""
        staff, opened = (
            self.person.staff,
            self.flows.read_inbox.open(
                self.ref, None if self.place.is_search else self.place.listing, earlier=self.earlier
            ),
        )
        thread, snapshot = opened.thread, opened.practice
        members = snapshot.staffing.members
        owner = thread.conversation.owner
        labels = labels_of(members)
        others = (member for member in members.values() if member.active and member.id != staff.id)
        given: dict[str, Any] = {
            "line": line_of(opened.item, snapshot),
            "reasons": LOWERED_IN_WORDS,
            "other_topics": other_topics(thread.conversation, snapshot),
            "hides_earlier": thread.hides_earlier,
            "correction": None,
            "topic_overtaken": False,
            "place": self.place,
            "beside": opened.beside,
            "entries": entry_views(thread, staff.id),
            "thread": thread.conversation,
            "signed_as": shown_as(thread.conversation, staff.id, staff.name),
            "mine": owner == staff.id,
            "claimable": owner is None or (owner != staff.id and not snapshot.staffing.is_active(owner)),
            "colleagues": sorted(labels[member.id] for member in others),
            "unread": opened.unread,
            "last_seen": str(thread.entries[-1].id) if thread.entries else "",
            "key": secrets.token_urlsafe(16),
            "typed": Posted([(FIELD_OF[kind], draft.body) for kind, draft in opened.drafts.items()]),
            "drafts": {kind.value: draft for kind, draft in opened.drafts.items()},
            "fresh": set(),
            "overtaken": False,
            "errors": {},
            "problem": None,
            "said": None,
            "told": "",
        }
        given |= values
        if "seen" in given:
            given["fresh"] = newer(thread.entries, given.pop("seen"))
        return render(self.request, "inbox/message.html", status, **given)


def other_topics(conversation: Conversation, snapshot: PracticeSnapshot) -> list[Topic]:
    """The topics that a conversation can be moved to."""
    here = snapshot.messaging.in_force(conversation.site)
    return [topic for topic in Topic if here[topic].enabled and topic is not conversation.topic]


PageOfDelivery = Annotated[DeliveryPage, Depends(DeliveryPage)]


@routes.get(PAGE)
def show(page: PageOfDelivery, told: str = "") -> Response:
    """The message as it is. Looking doesn't mark it read: the page's script says so once it is seen, or its button."""
    return page.render(said=CONFIRMATIONS.get(told), told=told if told in CONFIRMATIONS else "")


@routes.post(PAGE + "/read")
def mark_read(page: PageOfDelivery, _checked: None = CheckedHeader) -> Response:
    """What the page's script sends when an unread message is in front of somebody."""
    page.flows.read_inbox.mark(page.ref, DeliveryState.READ)
    unread = page.flows.watch_inboxes.unread(page.ref.practice, page.ref.staff)
    return JSONResponse({"unread": unread})
