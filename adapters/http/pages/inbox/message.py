"""One message with its whole conversation, and what staff do with it. No GET changes anything."""

import secrets
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from adapters.http.flows import FlowsOfApp
from adapters.http.ids import DeliveryId, made_id
from adapters.http.pages.inbox.entries import view_named
from adapters.http.pages.inbox.view import entry_views, line_of, newer
from adapters.http.pages.kit.csrf import CheckedHeader, Posted, PostedForm
from adapters.http.pages.kit.current import Staff
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.staff_search import label_of, search
from adapters.http.pages.kit.typed import typed_line, typed_lines
from adapters.http.problems import STATUSES
from router.errors import Conflict, IllegalTransitionError, Invalid, KeyReused, Refusal
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.replies import ReplyRequest
from router.messages.conversation import SeenTooLittle, shown_as
from router.messages.inbox import DeliveryRef
from router.messages.message import KEY_LIMIT
from router.messages.states import DeliveryState, Outcome

PAGE = "/inbox/message/{delivery}"
REPLY_KEY_FIELD = "key"
SEARCH = "search"
# What was done, told after the redirect.
CONFIRMATIONS = {
    "replied": "Your reply was sent. The message is done.",
    "kept": "Your reply was sent. The message stays open for a further answer.",
    "forwarded": "The message was forwarded.",
    "claimed": "You own this conversation now: replies of the patient come to you.",
    "released": "You don't own this conversation any more.",
    "read": "The message is read.",
}
SENT_ALREADY = "Another reply was sent from this page already; it stands above. Send this one as well, or leave."

routes = page_routes()


class DeliveryPage:
    """The page of one delivery, for the member of staff whose it is."""

    def __init__(self, request: Request, person: Staff, delivery: DeliveryId, flows: FlowsOfApp) -> None:
        self.request = request
        self.person = person
        self.delivery = delivery
        self.flows = flows

    @property
    def view(self) -> str:
        """Where the message was opened from: a part of the inbox, or a search."""
        asked = self.request.query_params.get("view", "")
        return SEARCH if asked == SEARCH else view_named(asked)

    @property
    def ref(self) -> DeliveryRef:
        """The delivery, for the flows."""
        return DeliveryRef(self.person.practice.id, self.delivery, self.person.staff.id, self.person.actor)

    def back(self, said: str) -> Response:
        """To the message again, telling what was done."""
        return RedirectResponse(f"/inbox/message/{self.delivery}?view={self.view}&told={said}", 303, HEADERS)

    def to_the_list(self, said: str) -> Response:
        """To the list that the message was opened from."""
        return RedirectResponse(f"/inbox?view={view_named(self.view)}&told={said}", 303, HEADERS)

    def render(self, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - as render.
        """The page; `values` are what somebody typed, and what is wrong with it."""
        staff, opened = self.person.staff, self.flows.read_inbox.open(self.ref)
        thread, snapshot = opened.thread, opened.practice
        members = snapshot.staffing.members
        owner = thread.conversation.owner
        others = (member for member in members.values() if member.active and member.id != staff.id)
        given: dict[str, Any] = {
            "line": line_of(opened.item, snapshot),
            "view": self.view,
            "entries": entry_views(thread, staff.id),
            "thread": thread.conversation,
            "signed_as": shown_as(thread.conversation, staff.id, staff.name),
            "mine": owner == staff.id,
            "claimable": owner is None or (owner != staff.id and not snapshot.staffing.is_active(owner)),
            "colleagues": sorted(label_of(member, members) for member in others),
            "unread": opened.unread,
            "last_seen": str(thread.entries[-1].id) if thread.entries else "",
            "key": secrets.token_urlsafe(16),
            "typed": Posted([]),
            "fresh": set(),
            "overtaken": False,
            "errors": {},
            "problem": None,
            "said": None,
        }
        given |= values
        if "seen" in given:
            given["fresh"] = newer(thread.entries, given.pop("seen"))
        return render(self.request, "inbox/message.html", status, **given)


PageOfDelivery = Annotated[DeliveryPage, Depends(DeliveryPage)]


@routes.get(PAGE)
def show(page: PageOfDelivery, told: str = "") -> Response:
    """The message as it is. Looking doesn't mark it read: the page's script says so once it is seen, or its button."""
    return page.render(said=CONFIRMATIONS.get(told))


@routes.post(PAGE + "/read")
def mark_read(page: PageOfDelivery, _checked: None = CheckedHeader) -> Response:
    """What the page's script sends when an unread message is in front of somebody."""
    _mark(page, DeliveryState.READ)
    unread = page.flows.watch_inboxes.unread(page.ref.practice, page.ref.staff)
    return JSONResponse({"unread": unread})


@routes.post(PAGE)
def act(page: PageOfDelivery, form: PostedForm) -> Response:
    """What a button of the page does."""
    does = ACTS.get(form.get("do", ""))
    if does is None:
        raise Invalid("The form can't be read.")
    try:
        return does(page, form)
    except IllegalTransitionError:
        refused: Refusal = Conflict("This can't be done in the state that the message is in.")
    except Conflict as error:
        refused = error
    return page.render(STATUSES[refused.slug], problem=refused.detail, typed=form)


def _reply(page: DeliveryPage, form: Posted) -> Response:
    body = typed_lines(form, "body")
    seen = form.get("last_seen", "")
    try:
        request = ReplyRequest(body, made_id(seen) if seen else None, _key(form), "keep_open" in form)
        page.flows.replies.reply(page.ref, request)
    except SeenTooLittle as answered:
        return page.render(STATUSES[answered.slug], typed=form, seen=seen, overtaken=True)
    except KeyReused as again:
        return page.render(STATUSES[again.slug], typed=form, errors={"body": SENT_ALREADY})
    except Invalid as wrong:
        return page.render(STATUSES[wrong.slug], typed=form, errors=_errors(wrong, "body"), key=_key(form))
    return page.back("kept" if request.keep_open else "replied")


def _forward(page: DeliveryPage, form: Posted) -> Response:
    members = page.flows.reports.snapshot(page.ref.practice).staffing.members
    wanted = typed_line(form, "to").strip()
    found = [member for member in search(wanted, members) if member.id != page.ref.staff] if wanted else []
    if len(found) != 1:
        names = "; ".join(label_of(member, members) for member in found[:8])
        said = f"{len(found)} people match: {names}." if found else "No active colleague matches."
        said = said if wanted else "Choose a colleague."
        return page.render(422, typed=form, errors={"to": said}, key=_key(form))
    note = typed_lines(form, "note")
    request = ForwardRequest(found[0].id, note, "whole" in form, _key(form))
    try:
        page.flows.forward.forward(page.ref, request)
    except Invalid as wrong:
        return page.render(STATUSES[wrong.slug], typed=form, errors=_errors(wrong, "to"), key=_key(form))
    except KeyReused as again:
        return page.render(STATUSES[again.slug], typed=form, errors={"to": "It was forwarded from this page already."})
    return page.back("forwarded")


def _claim(page: DeliveryPage, _form: Posted) -> Response:
    page.flows.replies.claim(page.ref)
    return page.back("claimed")


def _release(page: DeliveryPage, _form: Posted) -> Response:
    page.flows.replies.release(page.ref)
    return page.back("released")


def _read(page: DeliveryPage, _form: Posted) -> Response:
    _mark(page, DeliveryState.READ)
    return page.back("read")


def _unread(page: DeliveryPage, _form: Posted) -> Response:
    # Not to the message, whose page would be read at once.
    _mark(page, DeliveryState.UNREAD)
    return page.to_the_list("unread")


def _done(page: DeliveryPage, _form: Posted) -> Response:
    _mark(page, DeliveryState.DONE)
    return page.to_the_list("done")


def _phoned(page: DeliveryPage, _form: Posted) -> Response:
    page.flows.read_inbox.mark(page.ref, DeliveryState.DONE, Outcome.ANSWERED_BY_PHONE)
    return page.to_the_list("done")


def _not_needed(page: DeliveryPage, _form: Posted) -> Response:
    page.flows.read_inbox.mark(page.ref, DeliveryState.DONE, Outcome.NO_ANSWER_NEEDED)
    return page.to_the_list("done")


def _mark(page: DeliveryPage, state: DeliveryState) -> None:
    page.flows.read_inbox.mark(page.ref, state)


def _key(form: Posted) -> str | None:
    key = form.get(REPLY_KEY_FIELD, "")
    return key if 0 < len(key) <= KEY_LIMIT and key.isascii() and key.isprintable() else None


def _errors(wrong: Invalid, otherwise: str) -> dict[str, str]:
    """Errors by the page's fields; what is about none of them stands beside the main one."""
    shown = {"body", "to", "note"}
    return {error.field if error.field in shown else otherwise: error.message for error in wrong.errors}


ACTS: dict[str, Callable[[DeliveryPage, Posted], Response]] = {
    "reply": _reply,
    "forward": _forward,
    "claim": _claim,
    "release": _release,
    "read": _read,
    "unread": _unread,
    "done": _done,
    "phoned": _phoned,
    "not_needed": _not_needed,
}
