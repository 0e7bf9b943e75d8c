"""What is overdue: who has it, and handing it to somebody else. No text, no patient."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import made_id, practice_id
from adapters.http.pages.kit.csrf import Posted, PostedForm
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import HEADERS, render, when
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.staff_search import NOBODY_MATCHES, label_of, labels_of, search
from adapters.http.pages.kit.typed import typed_line
from adapters.http.pages.kit.whom import address_of, whom_in_words
from adapters.http.problems import STATUSES
from router.access.sessions import StaffSession
from router.errors import Invalid, Refusal
from router.messaging.snapshot import PracticeSnapshot
from router.practice.availability import represent
from router.practice.people import Staff
from router.practice.staff_ids import CATCH_ALL

PAGE = "/admin/overdue"
MOST_OFFERED = 8
NO_CATCH_ALL = "The catch-all has no members."
NOT_FOR_CATCH_ALL = "The catch-all is not allowed to get private messages or messages to a chosen provider."
AS_BEFORE = "as-before"
NOT_FOR_THEM = "They are not allowed to get this message."

routes = page_routes()


@dataclass(frozen=True, slots=True)
class NotHandedOver:
    """A message that stayed where it is: what was typed, what is wrong, and the ids of those who may be meant."""

    message: UUID
    error: str
    status: int
    typed: str = ""
    offered: Sequence[str] = field(default_factory=tuple)


@routes.get(PAGE)
def show(request: Request, person: Admin, flows: FlowsOfApp) -> Response:
    """The list, those messages first of which a ladder alerted the administrators."""
    return _render(request, person, flows)


@routes.post(PAGE)
def hand_over(request: Request, person: Admin, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Hand one of them over: to the catch-all, to the cascade, or to somebody by id or by a part of their name."""
    message, practice = made_id(form.get("message", "")), person.practice.id
    to = practice_id(form.get("to", "")) if form.get("to") else ""
    try:
        taker = to or _named(form, message, practice, flows)
        if isinstance(taker, NotHandedOver):
            return _render(request, person, flows, taker)
        handed = flows.overdue.hand_over(practice, message, taker, person.actor)
    except Invalid as refused:
        error = _why_not_to_catch_all(practice, flows) if to == CATCH_ALL else NOT_FOR_THEM
        offered = flows.overdue.may_get(practice, message)
        return _render(request, person, flows, NotHandedOver(message, error, STATUSES[refused.slug], offered=offered))
    except Refusal as refused:
        return _render(request, person, flows, NotHandedOver(message, refused.detail, STATUSES[refused.slug]))
    told = AS_BEFORE if handed.as_before else "now"
    return RedirectResponse(address_of(PAGE, f"handed={told}", handed.holders), 303, HEADERS)


def _why_not_to_catch_all(practice: str, flows: Flows) -> str:
    return NOT_FOR_CATCH_ALL if flows.reports.snapshot(practice).messaging.catch_all else NO_CATCH_ALL


def _named(form: Posted, message: UUID, practice: str, flows: Flows) -> str | NotHandedOver:
    """The id of the one who is meant; where nobody or several are, those who match and may get it, else all who may."""
    wanted = typed_line(form, f"to.{message}").strip()
    staff = flows.reports.snapshot(practice).staffing.members
    found = search(wanted, staff) if wanted else []
    may_get = flows.overdue.may_get(practice, message)
    suiting = [member.id for member in found if member.id in may_get]
    if len(found) == len(suiting) == 1:
        return suiting[0]
    error = _words(found, suiting, staff) if wanted else "Choose a colleague."
    return NotHandedOver(message, error, STATUSES[Invalid.slug], wanted, suiting or may_get)


def _words(found: Sequence[Staff], suiting: Sequence[str], staff: Mapping[str, Staff]) -> str:
    """What is wrong with words that don't name one person who may get the message."""
    if not found:
        return NOBODY_MATCHES
    if suiting:
        return f"{len(found)} people match. Choose one who is allowed to get it, or type more of the name."
    if len(found) == 1:
        return f"{label_of(found[0], staff)} is not allowed to get this message."
    return f"{len(found)} people match, but none of them is allowed to get this message."


def _away(staff: str, snapshot: PracticeSnapshot) -> str:
    """Until when somebody is away, and who gets the message in their place; empty for who is there."""
    absence = snapshot.staffing.absence_of(staff, snapshot.at)
    if absence is None:
        return ""
    taker = represent(staff, snapshot.staffing, snapshot.at).taken_by
    instead = f"{snapshot.name_of(taker)} gets it" if taker else "nobody covers"
    return f"away until {when(absence.ends, snapshot.practice)}, {instead}"


def _render(request: Request, person: StaffSession, flows: Flows, stayed: NotHandedOver | None = None) -> Response:
    found = flows.overdue.list(person.practice.id, person.actor)
    labels, snapshot = labels_of(found.members), flows.reports.snapshot(person.practice.id)
    return render(
        request,
        "admin/overdue.html",
        stayed.status if stayed else 200,
        overdue=found,
        stayed=stayed,
        listed=stayed is not None and any(one.message == stayed.message for one in found.items),
        offered=[(staff, labels[staff], _away(staff, snapshot)) for staff in stayed.offered[:MOST_OFFERED]]
        if stayed
        else [],
        colleagues=sorted(
            (labels[member.id], _away(member.id, snapshot)) for member in found.members.values() if member.active
        ),
        no_catch_all=NO_CATCH_ALL,
        not_for_catch_all=NOT_FOR_CATCH_ALL,
        handed=request.query_params.get("handed"),
        whom=whom_in_words(request, found.members),
    )
