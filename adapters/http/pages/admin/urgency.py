"""Urgent messages, for portal administrators: red flags, who is on call, their ladder. It works without scripts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.documents.red_flag_lists import COUNTRIES, LANGUAGES, UNITED_STATES, ready_made
from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.pages.admin.ladders_form import StepFields, shown_steps
from adapters.http.pages.admin.saving import Overtaken, base_of, save_over, told_of
from adapters.http.pages.admin.urgency_errors import errors_of, labels_of_form
from adapters.http.pages.admin.urgency_form import GroupInput, UrgencyInput, read_input, settings_of
from adapters.http.pages.kit.colleagues import colleagues_of
from adapters.http.pages.kit.csrf import Posted, PostedForm
from adapters.http.pages.kit.current import Admin
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.staff_search import labels_of
from router.access.sessions import StaffSession
from router.errors import FieldError, Invalid
from router.flows.administrator.red_flag_trial import FEWEST, MESSAGES_LIMIT, TRIALS_A_DAY, TrialsUsedUp
from router.messaging.ladder import CONDITIONS_IN_WORDS, READY_MADE_URGENT, STEPS_IN_WORDS, ladder_in_words
from router.messaging.red_flags import Mark
from router.messaging.settings import MessagingSettings, SettingsVersion
from router.messaging.vacancies import Duty
from router.messaging.warnings import warnings
from router.text.phrase_words import NEGATIONS

PAGE = "/admin/messaging/urgency"

routes = page_routes()


@dataclass(frozen=True, slots=True)
class UrgencyForm:
    """What stands in the form, the settings as they are now, and those that the form was made from.

    `tried` says what came of a trial, `told` what a save changed (None: nothing was saved), and `theirs` what
    colleagues saved in between that keeps this from being saved.
    """

    typed: UrgencyInput
    messaging: MessagingSettings
    base: MessagingSettings
    errors: Sequence[FieldError] = ()
    tried: str = ""
    told: Sequence[str] | None = None
    theirs: Sequence[tuple[str, SettingsVersion]] = ()


@routes.get(PAGE)
def show(request: Request, person: Admin, flows: FlowsOfApp, saved: str = "") -> Response:
    """What is saved; where nothing is yet, the lists that ship, which are off until an administrator turns them on."""
    messaging = flows.messaging.read(person.practice.id, person.actor).messaging
    told = told_of(flows, person, saved)
    return _render(request, person, flows, UrgencyForm(_offered(messaging), messaging, messaging, told=told))


@routes.post(PAGE)
def save(request: Request, person: Admin, form: PostedForm, flows: FlowsOfApp) -> Response:
    """Save it over what colleagues changed elsewhere, try the phrases out, or show the form with other groups."""
    base, typed = base_of(form, flows, person), read_input(form)
    snapshot = flows.reports.snapshot(person.practice.id)
    if form.get("do", "save") != "save":
        return _not_saved(request, person, flows, form, UrgencyForm(typed, snapshot.messaging, base))
    typed, asked = typed.for_its_country(base)
    try:
        saved = save_over(flows, person, base, settings_of(typed, base, snapshot.staffing.members, asked))
    except Invalid as refused:
        return _render(request, person, flows, UrgencyForm(typed, snapshot.messaging, base, refused.errors))
    if isinstance(saved, Overtaken):
        return _render(request, person, flows, _overtaken(typed, saved))
    return RedirectResponse(f"{PAGE}?saved={saved}", 303, HEADERS)


def _overtaken(typed: UrgencyInput, saved: Overtaken) -> UrgencyForm:
    """What a colleague saved, with what was typed on top."""
    now, merged = saved.snapshot.messaging, _offered(saved.merged)
    shown = replace(merged, turn_on=typed.turn_on, country=typed.country, numbers_for=typed.numbers_for)
    return UrgencyForm(shown, now, now, theirs=saved.theirs)


def _not_saved(request: Request, person: StaffSession, flows: Flows, form: Posted, shown: UrgencyForm) -> Response:
    """What was typed is shown again: with other groups, or with what came of a trial."""
    try:
        tried = _try(person, flows, shown.messaging, shown.typed) if form.get("do") == "try" else ""
        changed = replace(shown, typed=_with_other_groups(shown.typed, form), tried=tried)
    except Invalid as refused:
        changed = replace(shown, errors=refused.errors)
    return _render(request, person, flows, changed)


def _with_other_groups(typed: UrgencyInput, form: Posted) -> UrgencyInput:
    """What a button makes of the form that changes its groups. Raises Invalid."""
    act, _, name = form.get("do", "").partition(":")
    match act:
        case "ready_ladder":
            return replace(typed, steps=[StepFields.of(step) for step in READY_MADE_URGENT])
        case "ready_made":
            groups = [GroupInput.of(group) for group in ready_made(typed.languages or LANGUAGES, typed.country).groups]
            return replace(typed, groups=groups, numbers_for=typed.country)
        case "add_group":
            return typed.with_group()
        case "remove_group":
            return typed.without_group(name)
    return typed


def _try(person: StaffSession, flows: Flows, current: MessagingSettings, typed: UrgencyInput) -> str:
    """What came of a trial, in words. Raises Invalid."""
    practice, languages = person.practice.id, typed.languages_of(current)
    try:
        tried = flows.red_flag_trials.run(practice, typed.red_flags(current), languages, person.actor)
    except TrialsUsedUp as refused:
        return refused.detail
    number = f"fewer than {FEWEST}" if tried.messages is None else f"{tried.messages}"
    looked_at = "" if tried.is_all else f"Only the newest {MESSAGES_LIMIT:,} messages were checked. "
    return (
        f"Over the last {tried.days} days these phrases would have made {number} messages urgent. "
        f"{looked_at}Trials left today: {tried.left}."
    )


def _offered(messaging: MessagingSettings) -> UrgencyInput:
    """What is saved, and where there are no groups yet those that ship."""
    typed = UrgencyInput.of(messaging)
    if typed.groups:
        return typed
    groups = [GroupInput.of(group) for group in ready_made(LANGUAGES, UNITED_STATES).groups]
    return replace(typed, languages=frozenset(LANGUAGES), groups=groups)


def _render(request: Request, person: StaffSession, flows: Flows, shown: UrgencyForm) -> Response:
    typed, messaging = shown.typed, shown.messaging
    snapshot = flows.reports.snapshot(person.practice.id)
    members, local_now = snapshot.staffing.members, snapshot.at.astimezone(ZoneInfo(person.practice.time_zone))
    labels = labels_of(members)
    counts = flows.look_at_urgency.counts(person.practice.id)
    phrases = sum(len(some) for group in messaging.red_flags.groups for some in group.phrases.values())
    return render(
        request,
        "admin/urgency.html",
        422 if shown.errors else 409 if shown.theirs else 200,
        form=shown,
        # The page answers a form that wasn't saved.
        edited=request.method == "POST",
        typed=typed,
        fields=shown_steps(typed.steps),
        conditions=[(one.value, words) for one, words in CONDITIONS_IN_WORDS.items()],
        dos=[(one.value, words) for one, words in STEPS_IN_WORDS.items()],
        ladder=ladder_in_words(messaging.urgent_ladder) if messaging.urgent_ladder else "",
        ready_ladder=ladder_in_words(READY_MADE_URGENT),
        has_hours=messaging.hours.practice.are_set,
        without_ladder=_without_ladder(messaging),
        languages=LANGUAGES,
        negations=NEGATIONS,
        countries=COUNTRIES,
        counts=list(counts.values()),
        unmarked=max(phrases - sum(_is_saved(one.mark, messaging) for one in counts.values()), 0),
        trials=TRIALS_A_DAY,
        notes=[
            one.message
            for one in warnings(messaging, snapshot.staffing, local_now)
            if one.field.startswith(Duty.ON_CALL)
        ],
        on_call=[(staff, labels.get(staff, staff)) for staff in typed.on_call],
        colleagues=colleagues_of(snapshot),
        errors=errors_of(shown.errors, typed),
        labels=labels_of_form(typed),
    )


def _without_ladder(messaging: MessagingSettings) -> bool:
    """Whether messages may be urgent, and no ladder of their own sees to it that they don't wait."""
    may_be = messaging.patients_may_say_urgent or bool(messaging.red_flags.groups) or bool(messaging.on_call)
    return may_be and not messaging.urgent_ladder


def _is_saved(mark: Mark, messaging: MessagingSettings) -> bool:
    """Whether this phrase is one of those that count now."""
    groups = (group for group in messaging.red_flags.groups if group.group == mark.group)
    return any(mark.phrase in phrases for group in groups for phrases in group.phrases.values())
