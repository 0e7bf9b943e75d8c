"""What the buttons of a message's page do."""

from collections.abc import Callable

from fastapi import Response

from adapters.http.ids import made_id
from adapters.http.pages.inbox.drafts import draft_in
from adapters.http.pages.inbox.message import DONE, LEFT, PAGE, DeliveryPage, PageOfDelivery, key_of, kind_of
from adapters.http.pages.inbox.next_message import choose, goes_on, to_the_next
from adapters.http.pages.inbox.notes import note
from adapters.http.pages.inbox.quick_insert import insert
from adapters.http.pages.inbox.snooze import snooze, wake
from adapters.http.pages.kit.colleagues import away_view
from adapters.http.pages.kit.csrf import Posted, PostedForm
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.staff_search import find_colleague
from adapters.http.pages.kit.typed import typed_line, typed_lines
from adapters.http.problems import STATUSES
from router.errors import Conflict, IllegalTransitionError, Invalid, KeyReused, Refusal
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.replies import ReplyRequest
from router.messages.conversation import HandledMeanwhile, SeenTooLittle
from router.messages.drafts import DraftKind
from router.messages.states import DeliveryState, Outcome
from router.messages.undo import UndoableAct

SENT_ALREADY = "Another reply was already sent from this page; it is shown above. Send this one as well, or discard it."

routes = page_routes()


@routes.post(PAGE)
def act(page: PageOfDelivery, form: PostedForm) -> Response:
    """What a button of the page does."""
    does = ACTS.get(form.get("do", ""))
    if does is None:
        raise Invalid("The form is not valid. Open the page again and try again.")
    try:
        return does(page, form)
    except IllegalTransitionError:
        refused: Refusal = Conflict("The message's current state doesn't allow this.")
    except Conflict as error:
        refused = error
    return page.render(STATUSES[refused.slug], problem=refused.detail, typed=form)


def _reply(page: DeliveryPage, form: Posted) -> Response:
    body = typed_lines(form, "body")
    seen = form.get("last_seen", "")
    # What the form was opened with goes on being compared where the page comes back without telling of a colleague.
    as_seen = {"typed": form, "handling": form.get("handling", "")}
    try:
        last_seen = made_id(seen) if seen else None
        request = ReplyRequest(body, last_seen, key_of(form), "keep_open" in form, form.get("handling"))
        page.flows.replies.reply(page.ref, request)
    except SeenTooLittle as answered:
        return page.render(STATUSES[answered.slug], typed=form, seen=seen, overtaken=True)
    except HandledMeanwhile as handled:
        return page.render(STATUSES[handled.slug], typed=form, handled=True)
    except KeyReused as again:
        return page.render(STATUSES[again.slug], **as_seen, errors={"body": SENT_ALREADY})
    except Invalid as wrong:
        return page.render(STATUSES[wrong.slug], **as_seen, errors=_errors(wrong, "body"), key=key_of(form))
    on = "next" in form
    following = to_the_next(page, "replied") if on else page.back("kept-open" if request.keep_open else "replied")
    return choose(following, on=on)


def _forward(page: DeliveryPage, form: Posted) -> Response:
    snapshot = page.flows.reports.snapshot(page.ref.practice)
    found = find_colleague(typed_line(form, "to").strip(), snapshot.staffing.members, page.ref.staff)
    if isinstance(found, str):
        return page.render(422, typed=form, errors={"to": found}, key=key_of(form))
    away = away_view(found.id, snapshot)
    if away is not None and not away.taker and "whole" in form and form.get("anyway") != found.id:
        # They would own it, and nobody would see what the patient writes until they are back.
        return page.render(typed=form, asks_away=(found.id, away), key=key_of(form))
    request = ForwardRequest(found.id, typed_lines(form, "note"), "whole" in form, key_of(form))
    try:
        page.flows.forward.forward(page.ref, request)
    except Invalid as wrong:
        return page.render(STATUSES[wrong.slug], typed=form, errors=_errors(wrong, "to"), key=key_of(form))
    except KeyReused as again:
        return page.render(STATUSES[again.slug], typed=form, errors={"to": "It was already forwarded from this page."})
    return page.back("forwarded-whole" if request.whole_conversation else "forwarded", [found.id])


def _claim(page: DeliveryPage, _form: Posted) -> Response:
    page.flows.replies.claim(page.ref)
    return page.back("claimed")


def _release(page: DeliveryPage, _form: Posted) -> Response:
    return page.back("released", page.flows.replies.release(page.ref))


def _read(page: DeliveryPage, _form: Posted) -> Response:
    _mark(page, DeliveryState.READ)
    return page.back("read")


def _unread(page: DeliveryPage, _form: Posted) -> Response:
    # Not to the message, whose page would be read at once.
    _mark(page, DeliveryState.UNREAD)
    return page.to_the_list("unread")


def _done(page: DeliveryPage, _form: Posted) -> Response:
    marked = page.flows.read_inbox.mark(page.ref, DeliveryState.DONE)
    whom = (marked.left_to,) if marked.left_to is not None else ()
    said = LEFT if whom else DONE
    if goes_on(page.request):
        return to_the_next(page, said, whom=whom)
    return page.to_the_list(said, whom, can_undo=True)


def _phoned(page: DeliveryPage, _form: Posted) -> Response:
    page.flows.read_inbox.mark(page.ref, DeliveryState.DONE, Outcome.ANSWERED_BY_PHONE)
    return page.to_the_list(DONE)


def _not_needed(page: DeliveryPage, _form: Posted) -> Response:
    page.flows.read_inbox.mark(page.ref, DeliveryState.DONE, Outcome.NO_ANSWER_NEEDED)
    return page.to_the_list(DONE)


def _mark(page: DeliveryPage, state: DeliveryState) -> None:
    page.flows.read_inbox.mark(page.ref, state)


def _keep(page: DeliveryPage, form: Posted) -> Response:
    """Without scripts, the button beside Send; with them the text is saved while it is written."""
    try:
        page.flows.drafts.put(page.ref, draft_in(form, DraftKind.REPLY, "body"))
    except Invalid as wrong:
        return page.render(STATUSES[wrong.slug], typed=form, errors=_errors(wrong, "body"))
    return page.back("kept")


def _discard(page: DeliveryPage, form: Posted) -> Response:
    page.flows.drafts.discard(page.ref, kind_of(form))
    return page.back("discarded")


def _swap(page: DeliveryPage, form: Posted) -> Response:
    page.flows.drafts.swap(page.ref, kind_of(form))
    return page.back("swapped")


def _delete_other(page: DeliveryPage, form: Posted) -> Response:
    page.flows.drafts.erase_other(page.ref, kind_of(form))
    return page.back("other-deleted")


def _undo(page: DeliveryPage, form: Posted) -> Response:
    # A page of the version before names no act.
    named = form.get("act")
    if named is not None and named not in list(UndoableAct):
        raise Invalid("The form is not valid. Open the page again and try again.")
    undone = page.flows.undo.undo(page.ref, UndoableAct(named) if named is not None else None)
    return page.back(f"undone-{undone}")


def _errors(wrong: Invalid, otherwise: str) -> dict[str, str]:
    """Errors by the page's fields; what is about none of them stands beside the main one."""
    shown = {"body", "to", "note"}
    return {error.field if error.field in shown else otherwise: error.message for error in wrong.errors}


ACTS: dict[str, Callable[[DeliveryPage, Posted], Response]] = {
    "reply": _reply,
    "insert": insert,
    "colleagues": note,
    "snooze": snooze,
    "wake": wake,
    "forward": _forward,
    "keep": _keep,
    "discard": _discard,
    "swap": _swap,
    "delete-other": _delete_other,
    "undo": _undo,
    "claim": _claim,
    "release": _release,
    "read": _read,
    "unread": _unread,
    "done": _done,
    "phoned": _phoned,
    "not_needed": _not_needed,
}
