"""What is done with the messages that somebody selected in their list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from fastapi import Request, Response

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import made_id
from adapters.http.pages.inbox.entries import has_pane, is_compact, list_values
from adapters.http.pages.inbox.listing import ListPlace, Place
from adapters.http.pages.inbox.message import key_of
from adapters.http.pages.kit.colleagues import away_view
from adapters.http.pages.kit.csrf import Posted, PostedForm
from adapters.http.pages.kit.current import Staff
from adapters.http.pages.kit.render import render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.staff_search import find_colleague
from adapters.http.pages.kit.typed import typed_line, typed_lines
from adapters.http.problems import refusal_of
from router.access.sessions import StaffSession
from router.errors import Invalid
from router.flows.staff.bulk import MOST_DELIVERIES, BulkAct, BulkAnswer, BulkRequest
from router.flows.staff.forward import ForwardRequest
from router.messages.inbox import InboxRef
from router.practice.people import Staff as Member

DONE = {
    BulkAct.DONE: "done",
    BulkAct.CLAIM: "claimed",
    BulkAct.FORWARD: "forwarded",
    BulkAct.UNREAD: "unread again",
}
UNDO = "undo"
TAKEN_BACK = "as before"

routes = page_routes()


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """What came of it: with how many it was done, in words, and with which not, and why.

    `undo` are those with which `act` can be taken back; what is `chosen` stays selected. `typed` is the form, shown
    again unless all of it was forwarded, with the `errors` of its fields. `alone`: a key did it with the message in
    focus, which nobody had selected. `away` says so of the colleague who got them.
    """

    act: BulkAct
    problem: str = ""
    done: int = 0
    said: str = ""
    undo: Sequence[UUID] = ()
    left: Sequence[tuple[str, str]] = field(default=(), repr=False)
    chosen: frozenset[str] = frozenset()
    typed: Posted = field(default_factory=lambda: Posted([]), repr=False)
    errors: Mapping[str, str] = field(default_factory=dict)
    alone: bool = False
    away: str = ""


@routes.post("/inbox/bulk")
def act(request: Request, person: Staff, form: PostedForm, flows: FlowsOfApp, place: Place) -> Response:
    """Do it with each, and show the list again with what became of them."""
    wanted = form.get("act" if form.get("do") == UNDO else "do", "")
    if wanted not in list(BulkAct):
        raise Invalid("The form is not valid. Open the page again and try again.")
    chosen = tuple(made_id(text) for text in form.getlist("delivery"))
    colleague = _colleague(form, person, flows) if wanted == BulkAct.FORWARD else None
    stay = frozenset(map(str, chosen))
    if not chosen:
        outcome = BulkOutcome(BulkAct(wanted), "Select at least one message.")
    elif len(chosen) > MOST_DELIVERIES:
        outcome = BulkOutcome(BulkAct(wanted), f"Select at most {MOST_DELIVERIES} messages.", chosen=stay)
    elif form.get("do") == UNDO:
        outcome = _take_back(flows, person, BulkAct(wanted), chosen)
    elif isinstance(colleague, str):
        outcome = BulkOutcome(BulkAct(wanted), colleague, chosen=stay, errors={"to": colleague})
    else:
        forward = _forward(form, colleague) if colleague is not None else None
        outcome = _act(flows, person, BulkRequest(BulkAct(wanted), chosen, forward), colleague)
    if outcome.act is not BulkAct.FORWARD or outcome.problem or outcome.left:
        # Something isn't forwarded yet: what was typed for it stays.
        outcome = replace(outcome, typed=form)
    return _render(request, person, flows, place, replace(outcome, alone="alone" in form))


def _forward(form: Posted, colleague: Member) -> ForwardRequest:
    note = typed_lines(form, "note")
    return ForwardRequest(colleague.id, note, whole_conversation=False, idempotency_key=key_of(form))


def _act(flows: Flows, person: StaffSession, wanted: BulkRequest, colleague: Member | None) -> BulkOutcome:
    inbox = InboxRef(person.practice.id, person.staff.id, person.actor)
    answers = flows.bulk.run(inbox, wanted)
    done = [answer.delivery for answer in answers if answer.refusal is None]
    said = f"{DONE[wanted.act]} to {colleague.name}" if colleague is not None else DONE[wanted.act]
    away = away_view(colleague.id, flows.reports.snapshot(inbox.practice)) if colleague is not None and done else None
    alone = sum(answer.marked is not None and answer.marked.left_to is not None for answer in answers)
    said += _alone(alone, len(done))
    undo = flows.bulk.can_take_back(inbox, wanted.act, answers)
    left = _left(flows, inbox, answers)
    return BulkOutcome(wanted.act, "", len(done), said, undo, *left, away=away.sentence if away else "")


def _alone(left: int, done: int) -> str:
    """How many of those that are done are so for this person alone, in words."""
    if not left:
        return ""
    of_them = "" if left == done else f", {left} of them"
    have = "a colleague still has it" if left == 1 else "colleagues still have them"
    return f"{of_them} for you alone: {have} open"


def _take_back(flows: Flows, person: StaffSession, act: BulkAct, chosen: tuple[UUID, ...]) -> BulkOutcome:
    inbox = InboxRef(person.practice.id, person.staff.id, person.actor)
    answers = flows.bulk.take_back(inbox, act, chosen)
    done = sum(answer.refusal is None for answer in answers)
    left, _ = _left(flows, inbox, answers)
    # They are selected as they were before.
    return BulkOutcome(act, "", done, TAKEN_BACK, (), left, frozenset(map(str, chosen)))


def _left(
    flows: Flows, inbox: InboxRef, answers: Sequence[BulkAnswer]
) -> tuple[Sequence[tuple[str, str]], frozenset[str]]:
    """The subject of each message with which it was not done, and why; and the deliveries."""
    refused = {answer.delivery: refusal_of(answer.refusal).detail for answer in answers if answer.refusal}
    subjects = flows.read_inbox.subjects(inbox, list(refused))
    left = [(subjects.get(delivery, "A message that isn't in your inbox"), why) for delivery, why in refused.items()]
    return left, frozenset(map(str, refused))


def _colleague(form: Posted, person: StaffSession, flows: Flows) -> Member | str:
    """The one colleague whom the words mean, or what is wrong with them."""
    members = flows.reports.snapshot(person.practice.id).staffing.members
    return find_colleague(typed_line(form, "to").strip(), members, person.staff.id)


def _render(request: Request, person: StaffSession, flows: Flows, place: ListPlace, outcome: BulkOutcome) -> Response:
    chosen = frozenset() if outcome.alone and not outcome.problem else outcome.chosen
    shown = {"chosen": chosen, "typed": outcome.typed, "errors": outcome.errors}
    return render(
        request,
        "inbox/entries.html",
        422 if outcome.problem else 200,
        told=None,
        undo=None,
        take_back="",
        outcome=outcome,
        compact=is_compact(request),
        pane=has_pane(request),
        sent=None,
        **(list_values(flows, person, place) | shown),
    )
