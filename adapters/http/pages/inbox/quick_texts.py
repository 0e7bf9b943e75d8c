"""The page on which everybody keeps their quick texts, and portal administrators those of the practice."""

from collections.abc import Mapping
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
from adapters.http.pages.kit.shown import EditedForm
from adapters.http.pages.kit.typed import typed_line, typed_lines
from adapters.http.problems import STATUSES
from router.access.sessions import StaffSession
from router.errors import Conflict, FieldError, Invalid, NotFound
from router.flows.staff.quick_texts import OfferedTexts
from router.messages.inbox import InboxRef
from router.messages.quick_texts import FIELDS, TITLE_LIMIT, NewQuickText
from router.practice.topics import Topic

PAGE = "/inbox/quick-texts"
CONFIRMATIONS = {"saved": "The quick text is saved.", "deleted": "The quick text is deleted."}

# Which form is that of a new text of the practice.
OF_PRACTICE = "new-practice"
# What can be changed of a text.
NAMES = ("title", "body", "topic")
DELETED = "Somebody deleted this text in the meantime. What you typed is below: you can save it as a new one."

routes = page_routes()


@routes.get(PAGE)
def show(request: Request, person: Staff, flows: FlowsOfApp, told: str = "") -> Response:
    """All of them, each in a form of its own, and an empty form."""
    return _render(request, person, flows, said=CONFIRMATIONS.get(told))


@routes.post(PAGE)
def change(request: Request, person: Staff, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Save one, a new one where none is named. `do=delete` asks, and `delete-now` deletes it; `show` stores nothing."""
    inbox = InboxRef(person.practice.id, person.staff.id, person.actor)
    if form.get("do") == "delete-now":
        flows.quick_texts.remove(inbox, made_id(form.get("id", "")))
        return RedirectResponse(f"{PAGE}?told=deleted", 303, HEADERS)
    edit = _edited(form, flows.quick_texts.offered(inbox))
    form = edit.merged()
    try:
        if form.get("do") in {"delete", "show"}:
            asks = _asked(form, edit) if form["do"] == "delete" else ""
            return _render(request, person, flows, typed=form, errors=edit.overtaken(), asks=asks)
        _save(inbox, form, flows, edit.overtaken())
    except Invalid as wrong:
        errors = {error.field: error.message for error in wrong.errors}
        return _render(request, person, flows, STATUSES[wrong.slug], errors=errors, typed=form)
    except Conflict as full:
        return _render(request, person, flows, STATUSES[full.slug], problem=full.detail, typed=form)
    except NotFound as gone:
        if "kept_for" not in form:
            raise
        return _render(request, person, flows, STATUSES[gone.slug], problem=DELETED, typed=_as_new(form))
    return RedirectResponse(f"{PAGE}?told=saved", 303, HEADERS)


def _edited(form: Posted, offered: OfferedTexts) -> EditedForm:
    """What was typed over the text that is stored; over nothing where it is new or was deleted."""
    stored = next((one for one in as_stored(offered.texts) if one.id == form.get("id")), None)
    fields = [(name, getattr(stored, name)) for name in NAMES] if stored is not None else []
    topics = {topic.value: topic.label for topic in Topic}
    return EditedForm(form, Posted(fields), NAMES if stored is not None else (), topics)


def _asked(form: Posted, edit: EditedForm) -> str:
    """The id of the text that is to be deleted. Raises NotFound where it isn't there any more."""
    if not edit.names:
        raise NotFound("There is no such quick text.")
    return form["id"]


def _save(inbox: InboxRef, form: Posted, flows: Flows, overtaken: Mapping[str, str]) -> None:
    if overtaken:
        errors = [FieldError(name, words) for name, words in overtaken.items()]
        raise Invalid("Somebody else has changed the same fields.", errors)
    named = form.get("id", "")
    if named:
        flows.quick_texts.change(inbox, made_id(named), _read(form))
    else:
        flows.quick_texts.add(inbox, _read(form), of_practice=form.get("at") == OF_PRACTICE)


def _as_new(form: Posted) -> Posted:
    """The same fields in the form for a new text."""
    fields = [(name, value) for name, value in form.multi_items() if name not in {"at", "id"}]
    return Posted([*fields, ("at", f"new-{form['kept_for']}")])


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
        "names": NAMES,
        "fields": FIELDS,
        "title_limit": TITLE_LIMIT,
        "phone": offered.phone,
        "unread": flows.watch_inboxes.unread(practice, staff.id),
        "typed": Posted([]),
        "errors": {},
        "problem": None,
        "said": None,
        "asks": "",
    }
    return render(request, "inbox/quick_texts.html", status, **(given | values))
