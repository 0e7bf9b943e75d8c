"""Ladders of the practice and of topics, as sentences that can be edited; works without scripts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.pages.admin.ladders_form import (
    Place,
    StepFields,
    field_of_step,
    ladder_in,
    shown_steps,
    step_labels,
    typed_steps,
)
from adapters.http.pages.admin.saving import VERSION_DIGITS, Overtaken, base_of, save_over
from adapters.http.pages.kit.csrf import Posted, PostedForm
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from router.access.sessions import StaffSession
from router.errors import FieldError, Invalid
from router.flows.administrator.ladders import OPEN_LIMIT, Outlook
from router.messaging.ladder import CONDITIONS_IN_WORDS, STEPS_IN_WORDS, Ladder, ladder_in_words, ready_made
from router.messaging.settings import MessagingSettings, SettingsVersion
from router.practice.topics import Topic

PAGE = "/admin/messaging/ladders"

routes = page_routes()


@dataclass(frozen=True, slots=True)
class LadderForm:
    """What is being edited, where, what is wrong with it, and what it would have done (None: nobody asked).

    `base` is the version that the form was made from, and `others` what was ticked; None for those of `messaging`.
    `theirs` is what colleagues saved in between that keeps it from being saved.
    """

    place: Place
    messaging: MessagingSettings
    fields: Sequence[StepFields]
    errors: Sequence[FieldError] = ()
    outlook: Outlook | None = None
    base: str | None = None
    others: bool | None = None
    theirs: Sequence[tuple[str, SettingsVersion]] = ()


@routes.get(PAGE)
def show(request: Request, person: Admin, flows: FlowsOfApp, topic: str = "", site: str = "") -> Response:
    """The ladder in force."""
    messaging = flows.messaging.read(person.practice.id, person.actor).messaging
    place = Place.read(topic, site, messaging)
    return _render(request, person, flows, LadderForm(place, messaging, _fields(place.in_force(messaging))))


@routes.post(PAGE)
def edit(request: Request, person: Admin, form: PostedForm, flows: FlowsOfApp) -> Response:
    """What a button of the form does: save, try, or begin it for messages that wait."""
    current = flows.messaging.read(person.practice.id, person.actor).messaging
    place = Place.read(form.get("topic", ""), form.get("site", ""), current)
    if form.get("do") == "begin":
        flows.ladders.begin(person.practice.id, person.actor)
        return _back(place, begun="1")
    if form.get("do") in {"look", "show"}:
        return _look(request, person, flows, (place, current, form))
    base = base_of(form, flows, person)
    place = Place.read(form.get("topic", ""), form.get("site", ""), base)
    try:
        saved = save_over(flows, person, base, _wanted(form, place, base))
    except Invalid as refused:
        return _render(request, person, flows, replace(_typed(form, place, base), errors=refused.errors))
    if isinstance(saved, Overtaken):
        return _render(request, person, flows, _overtaken(form, place, saved))
    return _back(place, saved="1")


def _look(
    request: Request, person: StaffSession, flows: Flows, asked: tuple[Place, MessagingSettings, Posted]
) -> Response:
    """Show what was typed, and for `look` what it would have done."""
    place, current, form = asked
    typed = _typed(form, place, current)
    if form.get("do") == "show":
        return _render(request, person, flows, typed)
    try:
        wanted = _wanted(form, place, current)
        outlook = flows.ladders.look(person.practice.id, wanted, person.actor)
    except Invalid as refused:
        return _render(request, person, flows, replace(typed, errors=refused.errors))
    return _render(request, person, flows, replace(typed, messaging=wanted, outlook=outlook))


def _typed(form: Posted, place: Place, current: MessagingSettings) -> LadderForm:
    """The form as it was sent."""
    version = form.get("version", "")
    base = version if version.isdecimal() and len(version) <= VERSION_DIGITS else None
    return LadderForm(place, current, typed_steps(form), base=base, others="others" in form)


def _overtaken(form: Posted, place: Place, saved: Overtaken) -> LadderForm:
    """The ladder as a colleague left it, and what was typed; without it where there is no such place any more."""
    messaging = saved.snapshot.messaging
    here = Place.read(form.get("topic", ""), form.get("site", ""), messaging)
    shown = replace(_typed(form, here, messaging), base=None, theirs=saved.theirs)
    if here != place or not any(fields.after for fields in shown.fields):
        return replace(shown, fields=_fields(here.in_force(messaging)), others=None)
    return shown


def _wanted(form: Posted, place: Place, current: MessagingSettings) -> MessagingSettings:
    """The settings that the button asks for. Raises Invalid with the field of a step that can't be read."""
    settings = place.settings(current)
    before = settings is not None and settings.others_may_get_chosen
    match form.get("do"):
        case "ready_made":
            return place.put(current, ready_made(has_catch_all=bool(current.catch_all)), others=before)
        case "none":
            return place.put(current, (), others=before)
        case "inherit":
            return place.put(current, None, others="others" in form)
    return place.put(current, ladder_in(typed_steps(form), place.path), others="others" in form)


def _back(place: Place, **told: str) -> Response:
    named = {"topic": place.topic.value if place.topic else None, "site": place.site} | told
    address = urlencode({name: value for name, value in named.items() if value is not None})
    return RedirectResponse(f"{PAGE}?{address}", 303, HEADERS)


def _fields(ladder: Ladder) -> list[StepFields]:
    return [StepFields.of(step) for step in ladder]


def _errors(form: LadderForm) -> dict[str, str]:
    """What is wrong, by the fields of the page; what is about none of them stands at the head."""
    found: dict[str, str] = {}
    for error in form.errors:
        field, path = error.field.removeprefix("messaging."), form.place.path
        name, message = None, f"{field}: {error.message}"
        if field == path or field.startswith(f"{path}."):
            name, message = field_of_step(field.removeprefix(path).split(".")[1:], error.message, form.fields)
        found.setdefault(name or "page", message)
    return found


def _places(messaging: MessagingSettings, sites: dict[str, str]) -> list[tuple[str, list[tuple[str, Place, bool]]]]:
    """Every place that may have a ladder: by heading, its label, and whether it has one of its own."""
    own = [(topic.label, Place(topic), Place(topic).own(messaging) is not None) for topic in Topic]
    found = [("The practice", [("Every topic", Place(), bool(messaging.ladder)), *own])]
    for site in sorted(messaging.sites) if messaging.by_site else ():
        places = [(topic.label, Place(topic, site)) for topic in Topic]
        found.append((sites.get(site, site), [(label, at, at.own(messaging) is not None) for label, at in places]))
    return found


def _render(request: Request, person: StaffSession, flows: Flows, form: LadderForm) -> Response:
    messaging, place = form.messaging, form.place
    sites = {site.id: site.name for site in flows.reports.snapshot(person.practice.id).sites.values()}
    settings = place.settings(messaging)
    return render(
        request,
        "admin/ladders.html",
        422 if form.errors else 409 if form.theirs else 200,
        form=form,
        # The page answers a form that wasn't saved.
        edited=request.method == "POST",
        fields=shown_steps(form.fields),
        sentence=ladder_in_words(place.in_force(messaging)),
        is_own=place.own(messaging) is not None,
        others=settings is not None and settings.others_may_get_chosen if form.others is None else form.others,
        base=messaging.version if form.base is None else form.base,
        here=(sites.get(place.site or "", ""), place.topic.label if place.topic else ""),
        places=_places(messaging, sites),
        ready_made=ladder_in_words(ready_made(has_catch_all=bool(messaging.catch_all))),
        conditions=[(one.value, words) for one, words in CONDITIONS_IN_WORDS.items()],
        dos=[(one.value, words) for one, words in STEPS_IN_WORDS.items()],
        has_hours=messaging.hours.practice.are_set,
        errors=_errors(form),
        labels={"page": "Ladder", **step_labels()},
        would_begin=form.outlook.would_begin if form.outlook else flows.ladders.would_begin(person.practice.id),
        open_limit=OPEN_LIMIT,
        saved="saved" in request.query_params,
        begun="begun" in request.query_params,
    )
