"""Patients: finding one by name, and stopping one from writing. All is posted: no patient stands in an address."""

from typing import Any

from fastapi import Request, Response

from adapters.http.flows import FlowsOfApp
from adapters.http.ids import practice_id
from adapters.http.pages.kit.csrf import Posted, PostedForm
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.shown import PREFIX, EditedForm
from adapters.http.pages.kit.typed import typed_line, typed_lines
from adapters.http.problems import STATUSES
from router.access.sessions import StaffSession
from router.errors import Invalid
from router.flows.administrator.patients import FoundPatients
from router.practice.writing_stop import NO_STOP, WritingChange, WritingStop

PAGE = "/admin/patients"
MOST_FOUND = 20
# What can be changed of a stop.
NAMES = ("reason", "words")
CHANGED_SINCE = "Somebody else changed the words in the meantime. They are below: read them first."
LABELS = {"text": "Search", "reason": "Reason", "words": "What the patient reads"}

routes = page_routes()


@routes.get(PAGE)
def ask(request: Request, person: Admin) -> Response:
    """The form alone."""
    del person
    return _render(request, Posted([]))


@routes.post(PAGE)
def act(request: Request, person: Admin, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Look for patients, and stop or allow the one who is named; `do=show` shows what was typed, and stores nothing."""
    values: dict[str, Any] = {}
    try:
        if form.get("do") in {"stop", "allow"}:
            values["said"] = _change(form, flows, person)
    except Invalid as wrong:
        if form.get("do") == "allow":
            values["problem"] = CHANGED_SINCE
        else:
            values["errors"] = {error.field: error.message for error in wrong.errors}
            values["stopping"] = practice_id(form.get("patient", ""))
    try:
        sought = typed_line(form, "text")
        values["found"] = flows.patients.search(person.practice.id, sought, person.actor, limit=MOST_FOUND)
        if form.get("do") == "show":
            values |= _shown_again(form, values["found"])
    except Invalid as wrong:
        values.setdefault("errors", {error.field: error.message for error in wrong.errors})
    status = STATUSES["invalid"] if values.get("errors") or values.get("problem") else 200
    return _render(request, values.pop("form", form), status, **values)


def _shown_again(form: Posted, found: FoundPatients) -> dict[str, Any]:
    """What was typed about a patient who is among those found, over what is stored now."""
    patient = next((one for one in found.patients if one.id == practice_id(form.get("patient", ""))), None)
    if patient is None:
        return {}
    stop = patient.stop or NO_STOP
    edit = EditedForm(form, Posted([("reason", stop.reason), ("words", stop.words)]), NAMES)
    return {"form": edit.merged(), "errors": edit.overtaken(), "stopping": patient.id}


def _change(form: Posted, flows: FlowsOfApp, person: StaffSession) -> str:
    """Change whether one patient may write; returns what is said of it. Raises NotFound and Invalid."""
    patient, by = practice_id(form.get("patient", "")), person.actor
    reason, words = _text(form, "reason"), _text(form, "words")
    shown = None
    if PREFIX + "reason" in form:
        shown = WritingStop(_text(form, PREFIX + "reason"), _text(form, PREFIX + "words"))
    change = WritingChange(may_write=True, shown=shown)
    if form.get("do") == "stop":
        change = WritingChange(may_write=False, reason=reason, words=words, shown=shown)
    changed = flows.patients.change_writing(person.practice.id, patient, change, by)
    return f"{changed.name} {'can no longer write' if changed.stop else 'can write again'}."


def _text(form: Posted, name: str) -> str:
    return typed_lines(form, name).strip()


def _render(request: Request, typed: Posted, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - as render.
    given: dict[str, Any] = {"typed": typed, "errors": {}, "labels": LABELS, "found": None, "said": "", "stopping": ""}
    given |= {"problem": "", "names": NAMES}
    return render(request, "admin/patients.html", status, **(given | values))
