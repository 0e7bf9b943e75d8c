"""Writing a message in the portal, and the confirmation that it was sent."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import MessageId, practice_id
from adapters.http.pages.kit.csrf import Posted, PostedForm
from adapters.http.pages.kit.current import PatientSide
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.times import expectation, names_zone
from adapters.http.pages.portal.advice import AdviceView, NobodyReads, advice_for, nobody_reads, was_read
from adapters.http.pages.portal.form import (
    COMPOSE,
    ComposeInput,
    ComposeView,
    changes,
    chose_otherwise,
    compose_view_of,
    form_at,
    read_shown,
    read_typed,
    why_not_in_words,
)
from adapters.http.pages.portal.urgent import asked_for, was_not_taken
from adapters.http.pages.portal.view import (
    expectation_of,
    opening_of,
    receipt_in_words,
    which_staff_read,
    who_reads,
    who_shares_address,
)
from adapters.http.problems import STATUSES
from router.access.sessions import PatientSession
from router.errors import Invalid, KeyReused, Refusal
from router.flows.patient.sent import SentMessage
from router.messages.acceptance import Receipt
from router.messages.compose import ComposeForm, FormRefused
from router.messages.message import BODY_LIMIT, SUBJECT_LIMIT, Draft
from router.messages.priority import Priority
from router.practice.topics import Topic
from router.text import problem_with

LABELS = {"topic": "Topic", "subject": "Subject", "body": "Message", "private": "Private"}
LABELS |= {f"to.{topic}": "To" for topic in Topic}
CHANGED = STATUSES[FormRefused.slug]
INVALID = STATUSES[Invalid.slug]

routes = page_routes()


@routes.get(COMPOSE)
def compose(
    request: Request, person: PatientSide, flows: FlowsOfApp, topic: str = "", site: str | None = None
) -> Response:
    """The form for this site, by default the home site, with the topic that the link here has chosen."""
    form = form_at(flows, person, practice_id(site) if site else None)
    typed = ComposeInput(topic=Topic(topic) if topic in set(Topic) else None)
    return _render(request, person, form, typed, fresh=True)


@routes.post(COMPOSE)
def write(request: Request, person: PatientSide, posted: PostedForm, flows: FlowsOfApp) -> Response:
    """What a button of the form does: send, or show the form of another site."""
    typed = read_typed(posted)
    form = form_at(flows, person, typed.site)
    if posted.get("do") == "look":
        return _render(request, person, form, typed, looked=len(form.sites) > 1)
    seen = read_shown(posted.get("shown", "")) or compose_view_of(form)
    typed = _advised(flows, person, typed, seen, posted)
    before = flows.read_portal.sent_before(person, _draft(person, typed, seen))
    if before is not None and before.is_same and not chose_otherwise(typed, before.thread, form):
        return _to_confirmation(before.receipt, typed)
    typed = replace(typed, before=before.receipt if before is not None else None)
    if before is None:
        sites = {site.id: site.name for site in form.sites}
        told = changes(seen, compose_view_of(form), typed, sites) if form.reason is None else []
        if told or form.reason is not None:
            return _render(request, person, form, typed, CHANGED, told=told)
    errors = _missing(typed, seen)
    if typed.topic is None or errors or (typed.advice is not None and not typed.advice_seen):
        return _render(request, person, form, typed, INVALID if errors else 200, errors=errors)
    answer = flows.accept.accept(person.practice.id, [typed.draft(person, typed.topic, seen)], person.actor)[0]
    if isinstance(answer, Receipt):
        return _to_confirmation(answer, typed)
    return _refused(request, person, form, typed, answer)


def _advised(
    flows: Flows, person: PatientSession, typed: ComposeInput, seen: ComposeView, posted: Posted
) -> ComposeInput:
    """With the advice for these words, which doesn't depend on the topic: there is advice where none is chosen yet."""
    advice = advice_for(flows, person, _draft(person, typed, seen))
    return replace(typed, advice=advice, advice_seen=was_read(advice, posted))


def _draft(person: PatientSession, typed: ComposeInput, seen: ComposeView) -> Draft:
    """What would be sent, for what doesn't depend on the topic."""
    return typed.draft(person, typed.topic or Topic.OTHER, seen)


def _to_confirmation(receipt: Receipt, typed: ComposeInput) -> Response:
    said = urlencode(asked_for(urgent=typed.urgent))
    return RedirectResponse(f"/portal/sent/{receipt.id}" + (f"?{said}" if said else ""), 303, HEADERS)


def _missing(typed: ComposeInput, seen: ComposeView) -> dict[str, str]:
    """Everything that is missing or wrong, so that the page shows it all at once."""
    errors = {}
    if typed.topic is None:
        errors["topic"] = "Choose what your message is about."
    elif seen.offers_choice(typed.topic) and typed.topic not in typed.to:
        errors[f"to.{typed.topic}"] = "Choose who gets your message."
    checks = {
        "subject": problem_with(typed.subject, SUBJECT_LIMIT),
        "body": problem_with(typed.body, BODY_LIMIT, lines=True),
    }
    return errors | {name: f"{LABELS[name]} {wrong}." for name, wrong in checks.items() if wrong}


def _refused(
    request: Request, person: PatientSession, form: ComposeForm, typed: ComposeInput, refusal: Refusal
) -> Response:
    """Nothing was stored; what was typed is kept."""
    match refusal:
        case KeyReused():
            return _render(request, person, form, typed.with_new_key(), INVALID, again=True)
        case FormRefused():
            # It changed while the message was on its way.
            return _render(request, person, refusal.form, typed, CHANGED, told=[f"To {refusal.errors[0].message}."])
        case Invalid():
            errors = {
                error.field: f"{LABELS.get(error.field, 'The form')} {error.message}." for error in refusal.errors
            }
            return _render(request, person, form, typed, INVALID, errors=errors)
    raise refusal


def _render(
    request: Request,
    person: PatientSession,
    form: ComposeForm,
    typed: ComposeInput,
    status: int = 200,
    **values: Any,  # noqa: ANN401 - as render.
) -> Response:
    given: dict[str, Any] = {"errors": {}, "told": [], "again": False, "fresh": False, "looked": False}
    given["nobody"] = NobodyReads.of(form, person.practice, typed.topic, private=typed.private)
    return render(
        request,
        "portal/compose.html",
        status,
        form=form,
        typed=typed,
        shown=compose_view_of(form).as_json(),
        why_not=why_not_in_words(form),
        labels=LABELS,
        longest={"subject": SUBJECT_LIMIT, "body": BODY_LIMIT},
        opening=opening_of(form, person.practice),
        time_zone=form.time_zone,
        # By when we usually answer is not what matters where advice applies.
        expectations={
            offered.topic: "" if typed.advice else expectation_of(offered, form, person.practice)
            for offered in form.topics
        },
        **(_read_by(form, person) | given | values),
    )


def _read_by(form: ComposeForm, person: PatientSession) -> dict[str, Any]:
    """Who may read the message besides those it goes to."""
    others, staff = who_reads(form.readers, person), which_staff_read(form.readers)
    return {"others": others, "staff": staff, "shared": who_shares_address(form.readers)}


@routes.get("/portal/sent/{message}")
def sent(request: Request, person: PatientSide, flows: FlowsOfApp, message: MessageId) -> Response:
    """The confirmation, shown only to the author of the message."""
    found = flows.read_portal.sent(person, message)
    receipt = found.receipt
    advice = receipt.accepted_with.advice
    answer_by = receipt.answer_by if receipt.waits and advice is None else None
    named = names_zone(found.time_zone, person.practice)
    may_read = person.user is None or person.user.may_read
    return render(
        request,
        "portal/sent.html",
        receipt=receipt,
        words=receipt_in_words(receipt, found.time_zone),
        time_zone=found.time_zone,
        disclaimer=found.disclaimer,
        expectation=expectation(answer_by, found.at, found.time_zone, found.phone, named=named),
        may_read=may_read,
        urgent=receipt.accepted_with.priority is Priority.URGENT,
        not_taken=was_not_taken(request, receipt),
        phone=found.phone,
        advice=AdviceView.of(advice) if advice else None,
        nobody=_nobody_reads(found, person, asked=was_not_taken(request, receipt)),
    )


def _nobody_reads(found: SentMessage, person: PatientSession, *, asked: bool) -> str:
    """That what its writer calls urgent waits until the practice opens; empty where it isn't or doesn't matter."""
    accepted_with = found.receipt.accepted_with
    matters = asked or accepted_with.priority is Priority.URGENT or accepted_with.advice is not None
    if not found.receipt.waits or not matters:
        return ""
    return nobody_reads(found, person.practice, somebody=found.somebody_on_call)
