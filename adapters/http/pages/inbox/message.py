"""One message with its whole conversation, and what staff do with it. No GET changes anything."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from adapters.http.flows import FlowsOfApp
from adapters.http.ids import DeliveryId, made_id
from adapters.http.pages.inbox.entries import has_pane, is_compact, list_values
from adapters.http.pages.inbox.listing import ListPlace, Place
from adapters.http.pages.inbox.quick_view import for_reply
from adapters.http.pages.inbox.snooze_view import snooze_view
from adapters.http.pages.inbox.thread_view import entry_views, newer
from adapters.http.pages.inbox.told import in_words
from adapters.http.pages.inbox.view import line_of, typing_in_words
from adapters.http.pages.kit.colleagues import colleagues_of
from adapters.http.pages.kit.csrf import CheckedHeader, Posted
from adapters.http.pages.kit.current import Staff
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.whom import address_of
from router.flows.staff.correction import ONLY_THEIRS, may_move
from router.flows.staff.quick_texts import OfferedTexts
from router.messages.conversation import Conversation, shown_as
from router.messages.drafts import DraftKind, SavedDraft
from router.messages.inbox import DeliveryRef, InboxRef
from router.messages.message import KEY_LIMIT
from router.messages.priority import LOWERED_IN_WORDS
from router.messages.states import DeliveryState
from router.messages.undo import UndoableAct
from router.messaging.snapshot import PracticeSnapshot
from router.practice.topics import Topic

PAGE = "/inbox/message/{delivery}"
REPLY_KEY_FIELD = "key"
# What the list tells.
DONE = "done"
# It is done for its reader alone: a colleague still has it.
LEFT = "left"
# What was done, told after the redirect.
CONFIRMATIONS = {
    "replied": "Your reply was sent. The message is done.",
    "kept-open": "Your reply was sent. The message stays open for another answer.",
    "replied-next": "Your reply was sent. This is the next open message.",
    "snoozed-next": "The previous message will come back then. This is the next open one.",
    "done-next": "The previous message is done. This is the next open one.",
    "left-next": "The previous message is done for you. A colleague still has it. This is the next open one.",
    "forwarded": "The message was forwarded.",
    "forwarded-whole": "The whole conversation was forwarded.",
    "noted": "Your note is saved. Colleagues who see this conversation can read it.",
    "noted-given": "Your note is saved.",
    "noted-told": "Your note is saved.",
    "claimed": "You own this conversation now. The patient's replies come to you.",
    "released": "You no longer own this conversation.",
    "undone-done": "The message is open again.",
    "undone-claim": "Your claim was undone.",
    "undone-release": "You own this conversation again.",
    "undone-forward": "The forward was undone. An email about it may have been sent already.",
    "kept": "Your draft is saved. Only you can see it.",
    "discarded": "Your draft is deleted.",
    "swapped": "That text stands in the field now. What stood there before is kept below it.",
    "other-deleted": "The other text is deleted.",
    "read": "The message is marked as read.",
    "woken": "The message is back in your open list.",
    "raised": "The message is urgent now, for everybody who has it.",
    "lowered": "The message is routine now, for everybody who has it.",
    "undone-priority": "The priority is as it was before.",
}
# The act that the button beside it undoes; what is `done` was done with the message before.
UNDOES = {
    "done-next": UndoableAct.DONE,
    "left-next": UndoableAct.DONE,
    "claimed": UndoableAct.CLAIM,
    "released": UndoableAct.RELEASE,
    "forwarded": UndoableAct.FORWARD,
    "forwarded-whole": UndoableAct.FORWARD,
    "raised": UndoableAct.PRIORITY,
    "lowered": UndoableAct.PRIORITY,
}

# The fields in which what was begun stands again.
FIELD_OF = {DraftKind.REPLY: "body", DraftKind.NOTE: "note", DraftKind.COLLEAGUES: "colleagues"}

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
        self.earlier = request.query_params.get("earlier") == "yes"

    @property
    def ref(self) -> DeliveryRef:
        """The delivery, for the flows."""
        return DeliveryRef(self.person.practice.id, self.delivery, self.person.staff.id, self.person.actor)

    def quick_texts(self) -> OfferedTexts:
        """What this person may insert into a reply."""
        return self.flows.quick_texts.offered(InboxRef(self.ref.practice, self.ref.staff, self.ref.by))

    def back(self, said: str, whom: Iterable[str] = ()) -> Response:
        """To the message again, telling what was done, and who has it now."""
        address = address_of(f"/inbox/message/{self.delivery}", self.place.query(told=said), whom)
        return RedirectResponse(address, 303, HEADERS)

    @property
    def list_place(self) -> ListPlace:
        """Where in which list the message was opened; from a search, the inbox."""
        return ListPlace() if self.place.is_search else self.place

    def to_the_list(self, said: str, whom: Iterable[str] = (), *, can_undo: bool = False, until: str = "") -> Response:
        """To the list that the message was opened from; it offers to undo what can be undone."""
        undoable = {"of": str(self.delivery)} if can_undo else {}
        address = address_of("/inbox", self.list_place.query(told=said, until=until, **undoable), whom)
        return RedirectResponse(address, 303, HEADERS)

    def render(self, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - as render.
        """The page; `values` are what somebody typed, and what is wrong with it."""
        staff, listing = self.person.staff, None if self.place.is_search else self.place.listing
        opened = self.flows.read_inbox.open(self.ref, listing, self.place.opened_from, earlier=self.earlier)
        thread, snapshot = opened.thread, opened.practice
        owner = thread.conversation.owner
        given: dict[str, Any] = {
            "line": line_of(opened.item, snapshot),
            "reasons": LOWERED_IN_WORDS,
            "cannot_move": "" if may_move(thread.conversation, staff.id, snapshot) else ONLY_THEIRS,
            "other_topics": other_topics(thread.conversation, snapshot),
            "correction": None,
            "message": opened.item.message,
            "topic_overtaken": False,
            "place": self.place,
            "beside": opened.beside,
            "entries": entry_views(thread, staff.id),
            "thread": thread.conversation,
            "written_to": opened.item.first_to or thread.conversation.display_name,
            "has_earlier": thread.has_earlier,
            "asks": None,
            "asks_away": None,
            "signed_as": shown_as(thread.conversation, staff.id, staff.name),
            "mark": opened.state.mark,
            "typing": typing_in_words(opened.state, snapshot),
            "owned_by": None if owner in {None, staff.id} else snapshot.name_of(owner or ""),
            "mine": owner == staff.id,
            "claimable": owner is None or (owner != staff.id and not snapshot.staffing.is_active(owner)),
            "colleagues": colleagues_of(snapshot, staff.id),
            "snooze": snooze_view(opened.item, snapshot),
            "quick_texts": for_reply(opened.quick_texts, opened.item, staff.name),
            "unread": opened.unread,
            "last_seen": str(thread.entries[-1].id) if thread.entries else "",
            "key": secrets.token_urlsafe(16),
            "drafts": {kind.value: draft for kind, draft in opened.drafts.items()},
            "fresh": set(),
            "overtaken": False,
            "handled": False,
            "handling": opened.item.handling,
            "handler_name": snapshot.name_of(opened.item.handled_by or ""),
            "errors": {},
            "problem": None,
            "said": None,
            "told": "",
            "of": None,
            "goes_on": self.request.cookies.get("careroute_next") == "on",
            "compact": is_compact(self.request),
            "pane": has_pane(self.request) and not self.place.is_search,
        }
        given |= values
        given["typed"] = typed_over(opened.drafts, values.get("typed"))
        given["undoes"] = self._undoes(given["told"], given["of"] or self.delivery)
        given["said"] = in_words(given["told"], given["said"], self.request, snapshot)
        if given["pane"]:
            given = list_values(self.flows, self.person, self.place) | given
        if "seen" in given:
            given["fresh"] = newer(thread.entries, given.pop("seen"))
        return render(self.request, "inbox/message.html", status, **given)

    def _undoes(self, told: str, delivery: UUID) -> UndoableAct | None:
        """The act that was just done with a delivery and can be undone, if there was anything to do."""
        act, inbox = UNDOES.get(told), InboxRef(self.ref.practice, self.ref.staff, self.ref.by)
        if act is None or act is UndoableAct.PRIORITY or self.flows.undo.undoable(inbox, act, [delivery]):
            return act
        return None


def typed_over(drafts: Mapping[DraftKind, SavedDraft], form: Posted | None) -> Posted:
    """What a form said, and in the fields that it doesn't have what was begun: it stays whatever else is asked for."""
    begun = {FIELD_OF[kind]: draft.body for kind, draft in drafts.items()}
    said = form.multi_items() if form is not None else []
    names = {name for name, _ in said}
    return Posted([*said, *((name, body) for name, body in begun.items() if name not in names)])


def other_topics(conversation: Conversation, snapshot: PracticeSnapshot) -> list[Topic]:
    """The topics that a conversation can be moved to."""
    here = snapshot.messaging.in_force(conversation.site)
    return [topic for topic in Topic if here[topic].enabled and topic is not conversation.topic]


def key_of(form: Posted) -> str | None:
    """The key of what a form sends; None where it is none."""
    key = form.get(REPLY_KEY_FIELD, "")
    return key if 0 < len(key) <= KEY_LIMIT and key.isascii() and key.isprintable() else None


def kind_of(form: Posted) -> DraftKind:
    """What the draft is for that a form speaks of."""
    kind = form.get("kind", "")
    return DraftKind(kind) if kind in list(DraftKind) else DraftKind.REPLY


PageOfDelivery = Annotated[DeliveryPage, Depends(DeliveryPage)]


@routes.get(PAGE)
def show(page: PageOfDelivery, told: str = "", of: str = "") -> Response:
    """The message as it is. Looking doesn't mark it read: the page's script says so once it is seen, or its button.

    `of` is the delivery with which something was done before this one was opened.
    """
    before = made_id(of) if of and told.endswith("-next") else None
    return page.render(said=CONFIRMATIONS.get(told), told=told if told in CONFIRMATIONS else "", of=before)


@routes.post(PAGE + "/read")
def mark_read(page: PageOfDelivery, _checked: None = CheckedHeader) -> Response:
    """What the page's script sends when an unread message is in front of somebody."""
    page.flows.read_inbox.mark(page.ref, DeliveryState.READ)
    unread = page.flows.watch_inboxes.unread(page.ref.practice, page.ref.staff)
    return JSONResponse({"unread": unread})
