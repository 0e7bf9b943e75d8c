"""Patients: finding one by name, and stopping one from writing. All is posted: no patient stands in an address."""

from typing import Any

from fastapi import Request, Response

from adapters.http.flows import FlowsOfApp
from adapters.http.ids import practice_id
from adapters.http.pages.kit.csrf import Posted, PostedForm
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.typed import typed_line, typed_lines
from adapters.http.problems import STATUSES
from router.access.sessions import StaffSession
from router.errors import Invalid
from router.practice.writing_stop import WritingChange

PAGE = "/admin/patients"
MOST_FOUND = 20
LABELS = {"text": "Search", "reason": "Reason", "words": "What the patient reads"}

routes = page_routes()


@routes.get(PAGE)
def ask(request: Request, person: Admin) -> Response:
    """The form alone."""
    del person
    return _render(request, Posted([]))


@routes.post(PAGE)
def act(request: Request, person: Admin, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Look for patients, and stop or allow the one who is named."""
    values: dict[str, Any] = {}
    try:
        if form.get("do") in {"stop", "allow"}:
            values["said"] = _change(form, flows, person)
    except Invalid as wrong:
        values["errors"] = {error.field: error.message for error in wrong.errors}
        values["stopping"] = practice_id(form.get("patient", ""))
    try:
        sought = typed_line(form, "text")
        values["found"] = flows.patients.search(person.practice.id, sought, person.actor, limit=MOST_FOUND)
    except Invalid as wrong:
        values.setdefault("errors", {error.field: error.message for error in wrong.errors})
    return _render(request, form, STATUSES["invalid"] if values.get("errors") else 200, **values)


def _change(form: Posted, flows: FlowsOfApp, person: StaffSession) -> str:
    """Change whether one patient may write; returns what is said of it. Raises NotFound and Invalid."""
    patient, by = practice_id(form.get("patient", "")), person.actor
    change = WritingChange(may_write=True)
    if form.get("do") == "stop":
        change = WritingChange(
            may_write=False, reason=typed_lines(form, "reason").strip(), words=typed_lines(form, "words").strip()
        )
    changed = flows.patients.change_writing(person.practice.id, patient, change, by)
    return f"{changed.name} {'can no longer write' if changed.stop else 'can write again'}."


def _render(request: Request, typed: Posted, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - as render.
    given: dict[str, Any] = {"typed": typed, "errors": {}, "labels": LABELS, "found": None, "said": "", "stopping": ""}
    return render(request, "admin/patients.html", status, **(given | values))
