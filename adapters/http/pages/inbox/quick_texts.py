"""The page on which everybody keeps their quick texts, and portal administrators those of the practice."""

from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import made_id
from adapters.http.pages.inbox.quick_view import as_stored
from adapters.http.pages.kit.csrf import Posted, PostedForm
from adapters.http.pages.kit.current import Staff
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.typed import typed_line, typed_lines
from adapters.http.problems import STATUSES
from router.access.sessions import StaffSession
from router.errors import Conflict, Invalid
from router.messages.inbox import InboxRef
from router.messages.quick_texts import FIELDS, TITLE_LIMIT, NewQuickText
from router.practice.topics import Topic

PAGE = "/inbox/quick-texts"
CONFIRMATIONS = {"saved": "The quick text is saved.", "deleted": "The quick text is deleted."}

routes = page_routes()


@routes.get(PAGE)
def show(request: Request, person: Staff, flows: FlowsOfApp, told: str = "") -> Response:
    """All of them, each in a form of its own, and an empty form."""
    return _render(request, person, flows, said=CONFIRMATIONS.get(told))


@routes.post(PAGE)
def change(request: Request, person: Staff, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Save one, a new one where none is named, or with `do=delete` delete it."""
    inbox = InboxRef(person.practice.id, person.staff.id, person.actor)
    named = form.get("id", "")
    try:
        if form.get("do") == "delete":
            flows.quick_texts.remove(inbox, made_id(named))
            return RedirectResponse(f"{PAGE}?told=deleted", 303, HEADERS)
        text = _read(form)
        if named:
            flows.quick_texts.change(inbox, made_id(named), text)
        else:
            flows.quick_texts.add(inbox, text, of_practice=form.get("whose") == "practice")
    except Invalid as wrong:
        errors = {error.field: error.message for error in wrong.errors}
        return _render(request, person, flows, STATUSES[wrong.slug], errors=errors, typed=form)
    except Conflict as full:
        return _render(request, person, flows, STATUSES[full.slug], problem=full.detail, typed=form)
    return RedirectResponse(f"{PAGE}?told=saved", 303, HEADERS)


def _read(form: Posted) -> NewQuickText:
    topic = form.get("topic", "")
    return NewQuickText(
        typed_line(form, "title"), typed_lines(form, "body"), Topic(topic) if topic in list(Topic) else None
    )


def _render(
    request: Request,
    person: StaffSession,
    flows: Flows,
    status: int = 200,
    **values: Any,  # noqa: ANN401 - as render.
) -> Response:
    practice, staff = person.practice.id, person.staff
    offered = flows.quick_texts.offered(InboxRef(practice, staff.id, person.actor))
    texts = as_stored(offered.texts)
    given: dict[str, Any] = {
        "mine": [one for one in texts if one.is_mine],
        "of_practice": [one for one in texts if not one.is_mine],
        "administers": staff.administers,
        "topics": list(Topic),
        "fields": FIELDS,
        "title_limit": TITLE_LIMIT,
        "phone": offered.phone,
        "unread": flows.watch_inboxes.unread(practice, staff.id),
        "typed": Posted([]),
        "errors": {},
        "problem": None,
        "said": None,
    }
    return render(request, "inbox/quick_texts.html", status, **(given | values))
