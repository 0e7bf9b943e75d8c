"""One message with its whole conversation, and what staff do with it. No GET changes anything."""

import secrets
from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from adapters.http.flows import FlowsOfApp
from adapters.http.ids import DeliveryId, made_id
from adapters.http.pages.admin.messaging_draft import label_of, search
from adapters.http.pages.inbox.entries import view_named
from adapters.http.pages.inbox.view import entry_view, line_of, newer
from adapters.http.pages.kit.csrf import CheckedHeader, Posted, PostedForm
from adapters.http.pages.kit.current import Staff
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.typed import typed_line, typed_lines
from adapters.http.problems import STATUSES
from router.errors import Conflict, IllegalTransitionError, Invalid, KeyReused, Refusal, SeenTooLittle
from router.flows.staff.forward import Forwarding
from router.messages.conversation import shown_as
from router.messages.message import KEY_LIMIT
from router.messages.states import DeliveryState

PAGE = "/inbox/message/{delivery}"
REPLY_KEY_FIELD = "key"
SEARCH = "search"
# What was done, told after the redirect.
TOLD = {
    "replied": "Your reply was sent. The message is done.",
    "forwarded": "The message was forwarded.",
    "claimed": "You own this conversation now: replies of the patient come to you.",
    "released": "You don't own this conversation any more.",
    "read": "The message is read.",
}
SENT_ALREADY = "Another reply was sent from this page already; it stands above. Send this one as well, or leave."

routes = page_routes()


class InboxActions:
    """One delivery on the desk of who looks at it, and the request that is answered."""

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
    def whose(self) -> tuple[str, UUID, str]:
        """What flows begin with: the practice, the delivery, the member of staff."""
        return self.person.practice.id, self.delivery, self.person.staff.id

    def back(self, said: str) -> Response:
        """To the message again, telling what was done."""
        return RedirectResponse(f"/inbox/message/{self.delivery}?view={self.view}&told={said}", 303, HEADERS)

    def to_the_list(self, said: str) -> Response:
        """To the list that the message was opened from."""
        return RedirectResponse(f"/inbox?view={view_named(self.view)}&told={said}", 303, HEADERS)

    def render(self, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - as render.
        """The page; `values` are what somebody typed, and what is wrong with it."""
        practice, staff = self.person.practice.id, self.person.staff
        item, _ = self.flows.read_inbox.delivery(*self.whose, self.person.actor)
        thread = self.flows.replies.conversation(*self.whose, self.person.actor)
        snapshot = self.flows.reports.snapshot(practice)
        members = snapshot.staffing.members
        owner = thread.conversation.owner
        colleagues = sorted(label_of(one, members) for one in members.values() if one.active and one.id != staff.id)
        given: dict[str, Any] = {
            "line": line_of(item, snapshot),
            "view": self.view,
            "entries": entry_view(thread, staff.id),
            "thread": thread.conversation,
            "signed_as": shown_as(thread.conversation, staff.id, staff.name),
            "mine": owner == staff.id,
            "claimable": owner is None or (owner != staff.id and not snapshot.staffing.is_active(owner)),
            "colleagues": colleagues,
            "unread": self.flows.watch_inboxes.unread(practice, staff.id),
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


OpenDesk = Annotated[InboxActions, Depends(InboxActions)]


@routes.get(PAGE)
def show(desk: OpenDesk, told: str = "") -> Response:
    """The message as it is. Looking doesn't mark it read: the page's script says so once it is seen, or its button."""
    return desk.render(said=TOLD.get(told))


@routes.post(PAGE + "/read")
def mark_read(desk: OpenDesk, _checked: None = CheckedHeader) -> Response:
    """What the page's script sends when an unread message is in front of somebody."""
    _mark(desk, DeliveryState.READ)
    practice, _, staff = desk.whose
    return JSONResponse({"unread": desk.flows.watch_inboxes.unread(practice, staff)})


@routes.post(PAGE)
def act(desk: OpenDesk, form: PostedForm) -> Response:
    """What a button of the page does."""
    does = ACTS.get(form.get("do", ""))
    if does is None:
        raise Invalid("The form can't be read.")
    try:
        return does(desk, form)
    except IllegalTransitionError:
        refused: Refusal = Conflict("This can't be done in the state that the message is in.")
    except Conflict as error:
        refused = error
    return desk.render(STATUSES[refused.slug], problem=refused.detail, typed=form)


def _reply(desk: InboxActions, form: Posted) -> Response:
    # Browsers send a line's end as CR LF.
    body = typed_lines(form, "body")
    seen = form.get("last_seen", "")
    try:
        desk.flows.replies.reply(*desk.whose, body, made_id(seen) if seen else None, _key(form), desk.person.actor)
    except SeenTooLittle as answered:
        return desk.render(STATUSES[answered.slug], typed=form, seen=seen, overtaken=True)
    except KeyReused as again:
        return desk.render(STATUSES[again.slug], typed=form, errors={"body": SENT_ALREADY})
    except Invalid as wrong:
        return desk.render(STATUSES[wrong.slug], typed=form, errors=_errors(wrong, "body"), key=_key(form))
    return desk.back("replied")


def _forward(desk: InboxActions, form: Posted) -> Response:
    practice, _, staff = desk.whose
    members = desk.flows.reports.snapshot(practice).staffing.members
    wanted = typed_line(form, "to").strip()
    found = [one for one in search(wanted, members) if one.id != staff] if wanted else []
    if len(found) != 1:
        names = "; ".join(label_of(one, members) for one in found[:8])
        said = f"{len(found)} people match: {names}." if found else "Nobody active but you has this name or title."
        said = said if wanted else "Say who shall get it."
        return desk.render(422, typed=form, errors={"to": said}, key=_key(form))
    note = typed_lines(form, "note")
    forwarding = Forwarding(found[0].id, note, whole_conversation="whole" in form)
    try:
        desk.flows.forward.forward(*desk.whose, forwarding, _key(form), desk.person.actor)
    except Invalid as wrong:
        return desk.render(STATUSES[wrong.slug], typed=form, errors=_errors(wrong, "to"), key=_key(form))
    except KeyReused as again:
        return desk.render(STATUSES[again.slug], typed=form, errors={"to": "It was forwarded from this page already."})
    return desk.back("forwarded")


def _claim(desk: InboxActions, _form: Posted) -> Response:
    desk.flows.replies.claim(*desk.whose, desk.person.actor)
    return desk.back("claimed")


def _release(desk: InboxActions, _form: Posted) -> Response:
    desk.flows.replies.release(*desk.whose, desk.person.actor)
    return desk.back("released")


def _read(desk: InboxActions, _form: Posted) -> Response:
    _mark(desk, DeliveryState.READ)
    return desk.back("read")


def _unread(desk: InboxActions, _form: Posted) -> Response:
    # Not to the message, whose page would be read at once.
    _mark(desk, DeliveryState.UNREAD)
    return desk.to_the_list("unread")


def _done(desk: InboxActions, _form: Posted) -> Response:
    _mark(desk, DeliveryState.DONE)
    return desk.to_the_list("done")


def _mark(desk: InboxActions, state: DeliveryState) -> None:
    desk.flows.read_inbox.mark(*desk.whose, state, desk.person.actor)


def _key(form: Posted) -> str | None:
    key = form.get(REPLY_KEY_FIELD, "")
    return key if 0 < len(key) <= KEY_LIMIT and key.isascii() and key.isprintable() else None


def _errors(wrong: Invalid, otherwise: str) -> dict[str, str]:
    """Errors by the page's fields; what is about none of them stands beside the main one."""
    shown = {"body", "to", "note"}
    return {one.field if one.field in shown else otherwise: one.message for one in wrong.errors}


ACTS: dict[str, Callable[[InboxActions, Posted], Response]] = {
    "reply": _reply,
    "forward": _forward,
    "claim": _claim,
    "release": _release,
    "read": _read,
    "unread": _unread,
    "done": _done,
}
