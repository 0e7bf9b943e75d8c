"""Urgent messages, for portal administrators: red flags, who is on call, their ladder. It works without scripts."""

from collections.abc import Sequence
from dataclasses import replace

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.documents.red_flag_lists import LANGUAGES, UNITED_STATES, ready_made
from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.pages.admin.ladders_form import StepFields
from adapters.http.pages.admin.urgency_form import GroupInput, UrgencyInput, read_input, settings_of
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.staff_search import labels_of
from router.access.sessions import StaffSession
from router.errors import FieldError, Invalid, Stale
from router.messaging.ladder import CONDITIONS_IN_WORDS, STEPS_IN_WORDS, ladder_in_words
from router.messaging.ladder_rules import STEPS_LIMIT
from router.messaging.settings import MessagingSettings

PAGE = "/admin/messaging/urgency"
COUNTRIES = {UNITED_STATES: "United States", "": "Another country"}
FIELDS = {"phrases": "phrases", "advice": "advice", "phone": "number to call", "group": "name"}
CHANGED = "Somebody else saved in the meantime. This is how it is now; nothing of yours was saved."

routes = page_routes()


@routes.get(PAGE)
def show(request: Request, person: Admin, flows: FlowsOfApp) -> Response:
    """What is saved; where nothing is yet, the lists that ship, which are off until they are saved."""
    messaging = flows.messaging.read(person.practice.id, person.actor).messaging
    return _render(request, person, flows, messaging, _offered(messaging))


@routes.post(PAGE)
def save(request: Request, person: Admin, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Save it, or show the lists that ship with the numbers of a country."""
    current = flows.messaging.read(person.practice.id, person.actor).messaging
    typed = read_input(form)
    if form.get("do") == "ready_made":
        wanted = ready_made(typed.languages or LANGUAGES, form.get("country", ""))
        typed = replace(typed, groups=[GroupInput.of(group) for group in wanted.groups])
        return _render(request, person, flows, current, typed, country=form.get("country", ""))
    if form.get("version") != str(current.version):
        return _render(request, person, flows, current, _offered(current), [CHANGED])
    try:
        return _saved(person, flows, current, typed)
    except Invalid as refused:
        words = [_in_words(error, typed) for error in refused.errors]
        return _render(request, person, flows, current, typed, words)
    except Stale:
        return _render(request, person, flows, current, _offered(current), [CHANGED])


def _saved(person: StaffSession, flows: Flows, current: MessagingSettings, typed: UrgencyInput) -> Response:
    members = flows.reports.snapshot(person.practice.id).staffing.members
    wanted = settings_of(typed, current, members)
    flows.messaging.save(person.practice.id, wanted, current.version, person.actor)
    return RedirectResponse(f"{PAGE}?saved=1", 303, HEADERS)


def _offered(messaging: MessagingSettings) -> UrgencyInput:
    typed = UrgencyInput.of(messaging)
    if typed.groups:
        return typed
    shipped = ready_made(LANGUAGES, UNITED_STATES)
    return replace(typed, languages=frozenset(LANGUAGES), groups=[GroupInput.of(group) for group in shipped.groups])


def _in_words(error: FieldError, typed: UrgencyInput) -> str:
    """What is wrong, naming group, language and line as the page does."""
    parts = error.field.split(".")
    if parts[0] in {"ladder", "urgent_ladder"}:
        return f"Step {int(parts[1]) + 1} {error.message}." if len(parts) > 1 else f"The ladder {error.message}."
    if parts[0] == "added":
        return f"On call: {error.message}."
    if parts[0] != "red_flags" or len(parts) == 1:
        return f"{parts[0].replace('_', ' ').capitalize()} {error.message}."
    group = typed.groups[int(parts[1])].group
    language = f", {LANGUAGES.get(parts[3], parts[3])}" if len(parts) > 3 else ""  # noqa: PLR2004 - the language.
    line = f", line {int(parts[4]) + 1}" if len(parts) > 4 else ""  # noqa: PLR2004 - the phrase.
    return f"Group {group}, {FIELDS[parts[2]]}{language}{line}: {error.message}."


def _render(  # noqa: PLR0913, PLR0917 - as render.
    request: Request,
    person: StaffSession,
    flows: Flows,
    messaging: MessagingSettings,
    typed: UrgencyInput,
    wrong: Sequence[str] = (),
    country: str = UNITED_STATES,
) -> Response:
    members = flows.reports.snapshot(person.practice.id).staffing.members
    labels = labels_of(members)
    steps = [one for one in typed.steps if one.after]
    counts = flows.look_at_urgency.counts(person.practice.id)
    return render(
        request,
        "admin/urgency.html",
        422 if wrong else 200,
        typed=typed,
        fields=[*steps, *[StepFields()] * (STEPS_LIMIT - len(steps))],
        conditions=[(one.value, words) for one, words in CONDITIONS_IN_WORDS.items()],
        dos=[(one.value, words) for one, words in STEPS_IN_WORDS.items()],
        ladder=ladder_in_words(messaging.urgent_ladder),
        languages=LANGUAGES,
        countries=COUNTRIES,
        country=country,
        counts=[count for count in counts.values() if count.marked],
        on_call=[(staff, labels.get(staff, staff)) for staff in typed.on_call],
        colleagues=sorted(labels[member.id] for member in members.values() if member.active),
        is_on=bool(messaging.red_flags.groups),
        version=messaging.version,
        wrong=wrong,
        saved="saved" in request.query_params,
    )
