"""What is done with the messages that somebody selected in their list."""

from fastapi import Request, Response

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import made_id
from adapters.http.pages.inbox.entries import has_pane, is_compact, list_values
from adapters.http.pages.inbox.listing import Place
from adapters.http.pages.inbox.message import key_of
from adapters.http.pages.kit.csrf import Posted, PostedForm
from adapters.http.pages.kit.current import Staff
from adapters.http.pages.kit.render import render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.staff_search import search
from adapters.http.pages.kit.typed import typed_line, typed_lines
from router.access.sessions import StaffSession
from router.errors import Invalid
from router.flows.staff.bulk import BulkAct, BulkAnswer, BulkRequest
from router.flows.staff.forward import ForwardRequest
from router.messages.inbox import InboxRef

DONE = {
    BulkAct.DONE: "done",
    BulkAct.CLAIM: "claimed",
    BulkAct.FORWARD: "forwarded",
    BulkAct.UNREAD: "unread again",
}

routes = page_routes()


@routes.post("/inbox/bulk")
def act(request: Request, person: Staff, form: PostedForm, flows: FlowsOfApp, place: Place) -> Response:
    """Do it with each, and show the list again with what became of them."""
    if form.get("do") not in list(BulkAct):
        raise Invalid("The form is not valid. Open the page again and try again.")
    wanted = BulkAct(form["do"])
    inbox = InboxRef(person.practice.id, person.staff.id, person.actor)
    chosen = tuple(made_id(text) for text in form.getlist("delivery"))
    problem, answers = "", list[BulkAnswer]()
    if not chosen:
        problem = "Select at least one message."
    elif wanted is BulkAct.FORWARD and _colleague(form, person, flows) is None:
        problem = "Choose one active colleague to forward to."
    else:
        answers = flows.bulk.run(inbox, BulkRequest(wanted, chosen, _forward(form, person, flows)))
    outcome = {
        "problem": problem,
        "done": sum(answer.refusal is None for answer in answers),
        "act": DONE[wanted],
        "left": _left(flows, inbox, answers),
    }
    return render(
        request, "inbox/entries.html", 422 if problem else 200,
        told=None, undo=None, take_back="", outcome=outcome, compact=is_compact(request), pane=has_pane(request),
        sent=None,
        **list_values(flows, person, place),
    )  # fmt: skip


def _left(flows: Flows, inbox: InboxRef, answers: list[BulkAnswer]) -> list[tuple[str, str]]:
    """The subject of each message with which it was not done, and why."""
    refused = {answer.delivery: answer.refusal.detail for answer in answers if answer.refusal}
    subjects = flows.read_inbox.subjects(inbox, list(refused))
    return [(subjects.get(delivery, "A message that isn't in your inbox"), why) for delivery, why in refused.items()]


def _colleague(form: Posted, person: StaffSession, flows: Flows) -> str | None:
    """The one colleague whom the words mean."""
    wanted = typed_line(form, "to").strip()
    members = flows.reports.snapshot(person.practice.id).staffing.members
    found = [member for member in search(wanted, members) if member.id != person.staff.id] if wanted else []
    return found[0].id if len(found) == 1 else None


def _forward(form: Posted, person: StaffSession, flows: Flows) -> ForwardRequest | None:
    colleague = _colleague(form, person, flows)
    if colleague is None:
        return None
    return ForwardRequest(colleague, typed_lines(form, "note"), whole_conversation=False, idempotency_key=key_of(form))
