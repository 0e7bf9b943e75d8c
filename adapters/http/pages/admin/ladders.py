"""The practice's ladder, as a sentence that can be edited; works without scripts."""

from collections.abc import Sequence
from dataclasses import replace

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.pages.admin.ladder_form import StepFields, filled_steps, in_words, typed_steps
from adapters.http.pages.kit.csrf import Posted, PostedForm
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from router.access.sessions import StaffSession
from router.errors import FieldError, Invalid, Stale
from router.messaging.ladder import (
    CONDITIONS_IN_WORDS,
    READY_MADE,
    STEPS_IN_WORDS,
    Ladder,
    ladder_in_words,
)
from router.messaging.ladder_rules import STEPS_LIMIT, ladders
from router.messaging.settings import MessagingSettings

PAGE = "/admin/messaging/ladders"

routes = page_routes()


@routes.get(PAGE)
def show(request: Request, person: Admin, flows: FlowsOfApp) -> Response:
    """The ladder in force."""
    messaging = flows.messaging.read(person.practice.id, person.actor).messaging
    return _render(request, messaging, _fields(messaging.ladder))


@routes.post(PAGE)
def save(request: Request, person: Admin, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Save the steps that have a time, the ready-made ladder, or none."""
    typed = typed_steps(form)
    current = flows.messaging.read(person.practice.id, person.actor).messaging
    try:
        return _saved(person, flows, current, (_wanted(form, typed), form.get("version", "")))
    except Invalid as refused:
        return _render(request, current, typed, refused.errors)
    except Stale:
        changed = FieldError("ladder", "was changed by somebody else meanwhile; this is how it is now")
        return _render(request, current, _fields(current.ladder), [changed])


def _wanted(form: Posted, typed: list[StepFields]) -> Ladder:
    if "ready_made" in form:
        return READY_MADE
    if "none" in form:
        return ()
    return filled_steps(typed, "ladder")


def _saved(person: StaffSession, flows: Flows, current: MessagingSettings, asked: tuple[Ladder, str]) -> Response:
    ladder, version = asked
    if version != str(current.version):
        raise Stale("The settings were changed meanwhile.")
    wanted = replace(current, ladder=ladder)
    flows.messaging.save(person.practice.id, wanted, current.version, person.actor)
    return RedirectResponse(f"{PAGE}?saved=1", 303, HEADERS)


def _fields(ladder: Ladder) -> list[StepFields]:
    return [StepFields.of(step) for step in ladder]


def _render(
    request: Request, messaging: MessagingSettings, fields: list[StepFields], errors: Sequence[FieldError] = ()
) -> Response:
    filled = [one for one in fields if one.after]
    deviations = [
        (path.removesuffix(".ladder").replace(".topics.", ", "), ladder_in_words(ladder))
        for path, ladder in ladders(messaging)
        if path != "ladder"
    ]
    return render(
        request,
        "admin/ladders.html",
        422 if errors else 200,
        fields=[*filled, *[StepFields()] * (STEPS_LIMIT - len(filled))],
        sentence=ladder_in_words(messaging.ladder),
        ready_made=ladder_in_words(READY_MADE),
        conditions=[(one.value, words) for one, words in CONDITIONS_IN_WORDS.items()],
        dos=[(one.value, words) for one, words in STEPS_IN_WORDS.items()],
        deviations=deviations,
        version=messaging.version,
        has_hours=messaging.hours.practice.are_set,
        wrong=[in_words(error) for error in errors],
        saved="saved" in request.query_params,
    )
